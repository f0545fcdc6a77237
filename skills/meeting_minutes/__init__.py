"""Turn what was said in a meeting into pains, decisions and next steps."""
