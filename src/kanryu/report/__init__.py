"""Results to sentences, tables and figures in English and Japanese; the only room that formats numbers."""
