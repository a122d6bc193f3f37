"""Pure: River models that learn online and their exact columnar scoring."""

from online_models.errors import ModelStateError
from online_models.example import Example, decode_example, encode_example
from online_models.heads import HEAD_NAMES
from online_models.prior import PriorInputs
from online_models.scoring import Scores, score
from online_models.snapshot import ModelSnapshot
from online_models.trainer import Trainer

__all__ = [
    "HEAD_NAMES",
    "Example",
    "ModelSnapshot",
    "ModelStateError",
    "PriorInputs",
    "Scores",
    "Trainer",
    "decode_example",
    "encode_example",
    "score",
]
