"""The rules that need nothing but the files themselves, by name."""

from . import clang, clocks, coroutines, data, rooms, scripts, shape, units, words

RULES = {
    "format": clang.check_format,
    "rooms": rooms.check_rooms,
    "awaits": coroutines.check_awaits,
    "captures": coroutines.check_captures,
    "spawns": coroutines.check_spawns,
    "clocks": clocks.check_clocks,
    "test-sleeps": clocks.check_test_sleeps,
    "length": shape.check_length,
    "words": words.check_words,
    "json": data.check_json,
    "yaml": data.check_yaml,
    "npm": data.check_npm,
    "scripts": scripts.check_scripts,
    "units": units.check_units,
}
