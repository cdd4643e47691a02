/** Findings about files: missing ones, photos and object maps that cannot be read, photos that EXIF turns. */
import { type Finding, finding, firstReason } from "./finding.ts";
import { missingFix } from "./missing-fix.ts";
import { type DatasetScan, readLabelsOf, readPhotoOf } from "./scan.ts";

export function fileFindings({ photos, splits, unlabelled }: DatasetScan): Finding[] {
  const similar = (kind: "photo" | "labels"): string | undefined =>
    splits.map((split) => split.similar[kind]).find((name) => name !== undefined);
  const ids = (missing: DatasetScan["photos"]): string[] => missing.map(({ id }) => id);
  const noPhoto = photos.filter(({ photo }) => photo === undefined);
  const noLabels = unlabelled ? [] : photos.filter(({ labels }) => labels === undefined);
  const unread = photos.filter(({ photo }) => photo !== undefined && "message" in photo);
  return [
    ...finding(
      ["error", "missing-photos"],
      noPhoto.map(({ photoFile }) => photoFile),
      `expected a photo for each of ${photos.length} ids, got none for ${noPhoto.length}`,
      missingFix("photo", ids(noPhoto), similar("photo")),
    ),
    ...finding(
      ["error", "missing-label-maps"],
      noLabels.map(({ labelFile }) => labelFile),
      `expected a label map for each of ${photos.length} ids, got none for ${noLabels.length}`,
      missingFix("labels", ids(noLabels), similar("labels")),
    ),
    ...finding(
      ["error", "unreadable-photos"],
      unread.map(({ photoFile }) => photoFile),
      `expected photos that can be read, got ${unread.length} that cannot`,
      firstReason(unread.map(({ photo }) => photo)),
    ),
    ...wrongObjects(photos),
    ...turned(photos),
    ...twoPhotos(photos),
    ...leftOut(splits),
  ];
}

/** Training centres its crops on objects; a map that does not fit would end it half-way. */
function wrongObjects(photos: DatasetScan["photos"]): Finding[] {
  const wrong = photos.flatMap(({ photo, objects }) => {
    if (objects === undefined) return [];
    if ("fault" in objects) return [objects.file];
    if (photo === undefined || "message" in photo) return [];
    if (photo.height === objects.height && photo.width === objects.width) return [];
    return [`${objects.file} (${objects.width}x${objects.height} for ${photo.width}x${photo.height})`];
  });
  return finding(
    ["error", "wrong-object-maps"],
    wrong,
    `expected object maps that can be read and have their photo's size (width x height), got ${wrong.length} others`,
    "Mend them, or remove them: objects are then the connected parts of each class.",
  );
}

/** Which of them shows what the label map is of, only their author knows. */
function twoPhotos(photos: DatasetScan["photos"]): Finding[] {
  const several = photos.filter(({ morePhotos }) => morePhotos.length > 0);
  return finding(
    ["warning", "ambiguous-photos"],
    several.map(({ photoFile, morePhotos }) => [photoFile, ...morePhotos].join(" and ")),
    `expected one photo for each id, got more for ${several.length}`,
    "The first is used: remove or rename the others.",
  );
}

function leftOut(splits: DatasetScan["splits"]): Finding[] {
  const photos = splits.flatMap((split) => split.leftOut);
  const similar = splits.map((split) => split.similar.photo).find((name) => name !== undefined);
  return finding(
    ["warning", "photos-left-out"],
    photos,
    `expected a label map for each photo, got none for ${photos.length}, which are left out`,
    similar === undefined
      ? "Add label maps of the same names to use them."
      : "Give label maps the names of their photos.",
  );
}

/** Where the size does not tell whether the label map was turned with its photo. */
function turned(photos: DatasetScan["photos"]): Finding[] {
  const ambiguous = photos.filter((scanned) => {
    const [photo, labels] = [readPhotoOf(scanned), readLabelsOf(scanned)];
    if (photo === undefined || labels === undefined || photo.orientation === 1) return false;
    const fits = photo.height === labels.height && photo.width === labels.width;
    return fits && (photo.orientation <= 4 || photo.height === photo.width);
  });
  return finding(
    ["warning", "turned-photos"],
    ambiguous.map(({ photoFile }) => photoFile),
    `expected photos that are stored upright, got ${ambiguous.length} that their EXIF orientation turns or mirrors`,
    "They are shown upright: check that their label maps are upright too, or remove the tag.",
  );
}
