"""Comments from elsewhere: a file or a page of text becomes tables of rows. No database here.

`read_source` takes CSV, XLSX and DOCX by what they are, `read_page` a pasted page; plan.py turns a
table into comments with errors by row, for the preview and for the import alike.
"""

from .plan import ImportPlan, Mapping, plan_import, same_words
from .read import read_page, read_source
from .table import Source, SourceTable

__all__ = [
    "ImportPlan",
    "Mapping",
    "Source",
    "SourceTable",
    "plan_import",
    "read_page",
    "read_source",
    "same_words",
]
