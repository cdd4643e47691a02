/** What a look through a data set found: plain facts, from which findings and statistics are made. */
import type { ClassMapping } from "../../labels/index.ts";
import type { LabelFacts, UnreadLabels } from "./scan-label-file.ts";

export interface PhotoFacts {
  /** Upright, px. */
  readonly height: number;
  readonly width: number;
  /** The EXIF orientation: 1 if the pixels are stored upright. */
  readonly orientation: number;
  /** The same for photos with the same pixels; only where photos were decoded. */
  readonly fingerprint?: string;
}

export interface UnreadPhoto {
  readonly message: string;
}

/** One photo with its label map and objects; `undefined` for a file that is not there. */
export interface ScannedPhoto {
  readonly id: string;
  /** Paths below the folder of the set, or where the files should be. */
  readonly photoFile: string;
  readonly labelFile: string;
  /** Further photos of the same id, which are not used. */
  readonly morePhotos: readonly string[];
  readonly photo: PhotoFacts | UnreadPhoto | undefined;
  readonly labels: LabelFacts | UnreadLabels | undefined;
  /** Its map of objects, of which many sets have none. */
  readonly objects: ({ readonly file: string } & (LabelFacts | UnreadLabels)) | undefined;
}

export interface ScannedSplit {
  readonly name: string;
  /** Its list, or the folder that stands for one. */
  readonly source: string;
  /** Positions in {@link DatasetScan.photos}, in the order of the list. */
  readonly photos: readonly number[];
  /** Names of files that were probably meant, where photos or label maps are missing. */
  readonly similar: { readonly photo: string | undefined; readonly labels: string | undefined };
  /** Photos that it leaves out, for they have no label map. */
  readonly leftOut: readonly string[];
}

export interface DatasetScan {
  readonly folder: string;
  readonly layout: "voc" | "plain";
  /** The set's own classes, by label value. */
  readonly names: readonly string[];
  /** True if nothing says what the classes are, so that they are taken for VOC's. */
  readonly assumedClasses: boolean;
  /** True if photos without a label map are meant to be there. */
  readonly unlabelled: boolean;
  readonly mapping: ClassMapping;
  /** Each photo once, however many splits list it. */
  readonly photos: readonly ScannedPhoto[];
  readonly splits: readonly ScannedSplit[];
}

/** The label facts of a photo, if its label map could be read. */
export function readLabelsOf({ labels }: ScannedPhoto): LabelFacts | undefined {
  return labels !== undefined && "values" in labels ? labels : undefined;
}

/** The facts of a photo, if it could be read. */
export function readPhotoOf({ photo }: ScannedPhoto): PhotoFacts | undefined {
  return photo !== undefined && "width" in photo ? photo : undefined;
}
