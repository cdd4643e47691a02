/** All commands with their options, for the page that lists them. */
import { Command } from "commander";
import { COMMANDS } from "./commands.ts";

const NOWHERE = { write: () => {} };

export async function configuredCommands(): Promise<Command[]> {
  const terminal = { stdout: NOWHERE, stderr: NOWHERE, signal: new AbortController().signal };
  const commands: Command[] = [];
  for (const { name, summary, load } of COMMANDS) {
    const command = new Command(name).description(summary);
    (await load())(command, terminal);
    commands.push(command);
  }
  return commands;
}
