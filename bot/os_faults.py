"""Why a file could not be read or written, in Vietnamese: systems say it in theirs."""

from __future__ import annotations

import errno

_WORDS = {
    errno.ENOENT: "không có tệp hoặc thư mục này",
    errno.EACCES: "không có quyền",
    errno.EPERM: "không có quyền",
    errno.EISDIR: "đây là thư mục, không phải tệp",
    errno.ENOTDIR: "đường dẫn đi qua một tệp, không phải thư mục",
    errno.ENOSPC: "ổ đĩa đầy",
    errno.EROFS: "ổ đĩa chỉ cho đọc",
    errno.ENAMETOOLONG: "tên quá dài",
}


def reason(error: OSError) -> str:
    """In our words where we know it, else the system's."""
    return _WORDS.get(error.errno or 0) or error.strerror or type(error).__name__
