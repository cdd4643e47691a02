"""Makes test/golden/mat-file.mat and mat-file-plain.mat with SciPy: one variable of each kind, packed and not.

Needs numpy and scipy. Run from the repository root:

    python scripts/reference/mat-file.py
"""

import numpy as np
from scipy.io import savemat
from scipy.sparse import csc_matrix

annotator = np.empty((1, 2), object)
for k in range(2):
    annotator[0, k] = {
        "Segmentation": (np.arange(12).reshape(3, 4) % (k + 2) + 1).astype(np.uint16),
        "Boundaries": np.eye(3, 4, k).astype(bool),
    }
variables = {
    "groundTruth": annotator,
    "doubles": np.array([[1.5, -2.25, 1e300], [0, 3, 300]]),
    "bytes": np.array([[1, 2, 3, 4, 5, 6, 7, 8, 9]], np.uint8),
    "small": np.array([[7]], np.int16),
    "wide": np.array([[2**40, -1]], np.int64),
    "text": "two words",
    "nothing": np.zeros((0, 0)),
    "sparse": csc_matrix(np.eye(2)),
    "records": np.array([[(1.0, "a"), (2.0, "b")]], dtype=[("number", "f8"), ("name", object)]),
}
savemat("test/golden/mat-file.mat", variables, do_compression=True)
savemat("test/golden/mat-file-plain.mat", variables, do_compression=False)
