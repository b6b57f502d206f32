#!/usr/bin/python3
"""Checks the profile schema, and every shipped profile against it, with jsonschema and tomllib."""
import json
import pathlib
import sys
import tomllib

import jsonschema

root = pathlib.Path(sys.argv[1])
schema = json.loads((root / "config/schema/profile.schema.json").read_text())
jsonschema.Draft4Validator.check_schema(schema)
validator = jsonschema.Draft4Validator(schema)
profiles = sorted((root / "config/profiles").glob("*.toml"))
wrong = 0
for file in profiles:
    for error in validator.iter_errors(tomllib.loads(file.read_text())):
        print(f"{file.name}: /{'/'.join(map(str, error.absolute_path))}: {error.message}")
        wrong += 1
print(f"{len(profiles)} profiles, {wrong} errors")
sys.exit(1 if wrong or not profiles else 0)
