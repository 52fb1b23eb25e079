"""Text documents: taken in, told apart by their bytes, checked, and outlined by clause."""
