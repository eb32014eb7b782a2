"""Run many independent tasks, here or on a cluster, so that a crash resumes."""
