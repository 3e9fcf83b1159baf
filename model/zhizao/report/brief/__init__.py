"""A dated brief of a comparison for those who decide: a few pages in Word or a few slides in PowerPoint.

`content` puts it together once, from the same numbers as the page; `word` and `slides` lay it out. They need the extra
``brief``.
"""

from zhizao.report.brief.content import Brief, brief_of
from zhizao.report.brief.save import ENDINGS, brief_bytes, checked_brief, need_brief_extra, save_brief

__all__ = ["ENDINGS", "Brief", "brief_bytes", "brief_of", "checked_brief", "need_brief_extra", "save_brief"]
