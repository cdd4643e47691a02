import { Command } from "commander";
import { expect, it } from "vitest";
import { defaultCommand } from "./default-command.ts";

const program = new Command("program").configureHelp({ showGlobalOptions: true }).option("--debug", "more");
const command = program.command("do").description("do a thing");
const ran: string[] = [];
defaultCommand(command, "one", "program do [options]\n       program do all")
  .option("--what <thing>", "which")
  .action(() => void ran.push("one"));
command
  .command("all")
  .description("do everything")
  .action(() => void ran.push("all"));

it("does something itself, and has commands below it", async () => {
  await program.parseAsync(["do", "--what", "x"], { from: "user" });
  await program.parseAsync(["do", "all"], { from: "user" });
  expect(ran).toEqual(["one", "all"]);
});

it("shows its own options in its help, and those of the others in theirs", () => {
  expect(command.helpInformation()).toMatch(
    /^Usage: program do \[options\]\n +program do all\n\ndo a thing\n[\s\S]*--what <thing>[\s\S]*Global Options:\n +--debug/,
  );
  const all = command.commands.find((sub) => sub.name() === "all")?.helpInformation();
  expect(all).toMatch(/^Usage: program do all \[options\]\n\ndo everything\n[\s\S]*Global Options:\n +--debug/);
  expect(all).not.toContain("--what");
});
