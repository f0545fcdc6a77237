"""One invented firm, the same every time, and all that it knows. Pure: nouns and the standard library; knows no store and no format."""
