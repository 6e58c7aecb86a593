"""Files that people write: read with limits and all of one version, kept for their owner alone."""
