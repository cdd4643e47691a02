/** Commands that do something themselves and have others below them. */
import type { Command } from "commander";

/**
 * What the command does itself becomes a command of its own behind it, so that the others do not have its options too.
 *
 * @param usage - Of the command and of those below it; help shows it.
 */
export function defaultCommand(command: Command, name: string, usage: string): Command {
  const own = command.command(name, { isDefault: true }).description(command.description());
  // Not as a setting of the help: those that are made after it would inherit it and show it as theirs.
  command.helpInformation = (context) => own.helpInformation(context);
  return own.configureHelp({ ...command.configureHelp(), commandUsage: () => usage });
}
