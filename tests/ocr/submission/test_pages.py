"""The pages of a folder: which numbers there are, and folders that have none."""

from pathlib import Path

import pytest

from ocr.submission.pages import PagesError, find_pages


def test_folders_without_pages(tmp_path: Path) -> None:
    with pytest.raises(PagesError, match=r"expected 0\.png, 1\.png"):
        find_pages(tmp_path)
    (tmp_path / "3.png").write_bytes(b"")
    with pytest.raises(PagesError, match=r"3\.png, but counting begins at 0"):
        find_pages(tmp_path)
    with pytest.raises(PagesError, match="no such folder"):
        find_pages(tmp_path / "gone")


def test_pages_that_are_nearly_all_missing_are_no_pages(tmp_path: Path) -> None:
    for number in (0, 1, 1001):
        (tmp_path / f"{number}.png").touch()
    assert find_pages(tmp_path).count == 1002  # a thousand may be missing
    (tmp_path / "9999999.png").touch()
    with pytest.raises(PagesError, match=r"the last page is 9999999\.png, but of 10000000 pages only 4 are there"):
        find_pages(tmp_path)
