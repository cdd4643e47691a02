/** From arguments to an exit code: 0 done, 1 failed, 2 wrong usage, 130 interrupted. */
import { Command, CommanderError, Help, type Option } from "commander";
import type { CommandEntry, Terminal } from "./command.ts";
import { readManifest } from "./manifest.ts";
import { oneLine, reportError } from "./report-error.ts";

const WRONG_USAGE = 2;

/** Names every command for help and for "did you mean", but loads only those that the arguments name. */
async function makeProgram(
  args: readonly string[],
  commands: readonly CommandEntry[],
  terminal: Terminal,
): Promise<Command> {
  const program = new Command("deconvnet")
    .description("Semantic segmentation with DeconvNet: networks, training and data on ONNX Runtime.")
    .version(readManifest().version)
    .option("--debug", "show the stack of an error")
    .configureHelp({ showGlobalOptions: true, optionDescription })
    .configureOutput({
      writeOut: (text) => terminal.stdout.write(text),
      writeErr: (text) => terminal.stderr.write(text),
      outputError: (text, write) => write(`deconvnet: ${oneLine(text.replace(/^error: /, ""))}\n`),
    })
    .exitOverride();
  for (const { name, summary, load } of commands) {
    const command = program.command(name).description(summary);
    if (args.includes(name)) (await load())(command, terminal);
  }
  return program;
}

/** An option that may be repeated says so; that it is not given at first says nothing. */
function optionDescription(option: Option): string {
  return new Help().optionDescription(option).replace(" (default: [])", "");
}

/** Runs the command that `args` name; errors are reported to `terminal.stderr`, never thrown. */
export async function runCommandLine(
  args: readonly string[],
  commands: readonly CommandEntry[],
  terminal: Terminal,
): Promise<number> {
  try {
    const program = await makeProgram(args, commands, terminal);
    await program.parseAsync(args, { from: "user" });
    return 0;
  } catch (error) {
    // Commander has said what is wrong; help and version that were asked for end here too, with exit code 0.
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : WRONG_USAGE;
    return reportError(error, terminal, args.includes("--debug"));
  }
}
