/** The settings as a JSON Schema, with which editors complete and check a settings file. */
import { z } from "zod";
import { trainConfigSchema } from "./config.ts";

/** JSON Schema, draft 2020-12; every key has its sentence, none is required. */
export function configJsonSchema(): z.core.JSONSchema.JSONSchema {
  return z.toJSONSchema(trainConfigSchema, {
    // What comes out of the solver's preprocessing is also what may be written; only the defaults must not be demanded.
    io: "output",
    override: ({ jsonSchema }) => {
      delete jsonSchema.required;
    },
  });
}
