"""The nouns that flow between the stages: validated, read-only, columnar."""
