/** The settings as a JSON Schema, with which editors complete and check a settings file. */
import { z } from "zod";
import { trainConfigSchema } from "./config.ts";

/** JSON Schema, draft 2020-12, of what may be written: every key has its sentence, those with a default may be left out. */
export function configJsonSchema(): z.core.JSONSchema.JSONSchema {
  return z.toJSONSchema(trainConfigSchema, { io: "input" });
}
