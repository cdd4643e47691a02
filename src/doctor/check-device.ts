/** Whether a device computes networks and their gradients as it should. */
import { DeconvnetError } from "../errors.ts";
import { NET_FORMS, type NetForm } from "../nets/index.ts";
import { netFormFor } from "../runtime/index.ts";
import { compareFigures, type FigureCheck, type ReferenceFigure } from "./compare-figures.ts";
import { type CheckTimes, type Device, measureDevice } from "./measure-device.ts";
import { describeNativeForm } from "./native-form.ts";
import { REFERENCE_FIGURES } from "./reference-figures.ts";

/** One form of the check network on one device. */
export interface FormReport {
  readonly form: NetForm;
  readonly ok: boolean;
  readonly times: CheckTimes | null;
  readonly figures: readonly FigureCheck[];
  /** Why it did not run; `null` if it did. */
  readonly error: string | null;
}

/** Ready for `JSON.stringify`. */
export interface DeviceReport {
  /** As the runtime calls it, e.g. `cpu`. */
  readonly device: string;
  readonly ok: boolean;
  readonly forms: readonly FormReport[];
  /** Where the native form is not run: why, with the operators that the device lacks; `null` if it has them all. */
  readonly native: string | null;
}

export interface CheckDeviceOptions {
  /** Default: both on the processor, the portable one elsewhere. */
  readonly forms?: readonly NetForm[];
  /** Default {@link REFERENCE_FIGURES}. */
  readonly reference?: readonly ReferenceFigure[];
  readonly signal?: AbortSignal;
}

/**
 * Runs a small DeconvNet forward and one training step, and compares scores, losses and gradients with stored numbers.
 *
 * @param device - Its runtime and its training.
 * @param options - {@link CheckDeviceOptions}.
 * @returns A report for each form; a device that cannot run one is reported, not thrown.
 * @throws {DOMException} `AbortError`, if the signal is aborted.
 * @example
 * ```ts
 * const { ok } = await checkDevice({ runtime: nodeRuntime, training: nodeTraining });
 * ```
 */
export async function checkDevice(device: Device, options: CheckDeviceOptions = {}): Promise<DeviceReport> {
  const { runtime } = device;
  const own = netFormFor(runtime.device);
  const forms: FormReport[] = [];
  const wanted = options.forms ?? NET_FORMS.filter((form) => own === "native" || form === own);
  for (const form of wanted) forms.push(await checkForm(device, form, options));
  const native = own === "native" ? null : await describeNativeForm(runtime);
  return { device: runtime.device, ok: forms.every(({ ok }) => ok), forms, native };
}

async function checkForm(
  device: Device,
  form: NetForm,
  { reference = REFERENCE_FIGURES, signal }: CheckDeviceOptions,
): Promise<FormReport> {
  try {
    const { figures, times } = await measureDevice(device, form, signal === undefined ? {} : { signal });
    const checks = compareFigures(figures, reference);
    return { form, ok: checks.every(({ ok }) => ok), times, figures: checks, error: null };
  } catch (error) {
    if (!(error instanceof DeconvnetError)) throw error;
    return { form, ok: false, times: null, figures: [], error: error.message };
  }
}
