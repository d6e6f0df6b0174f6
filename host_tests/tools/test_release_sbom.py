"""tools.release.sbom: the document is CycloneDX 1.6, tells all, and is the same for the same."""

import importlib.util
import json
from dataclasses import replace
from pathlib import Path

import interpreters
import pytest
from jsonschema import Draft7Validator
from referencing import Registry, Resource

from tools import fetch
from tools.release import building, linked, sbom
from tools.release.commit import Commit, ReleaseFault
from tools.release.linked import Library
from tools.release.sbom import Contents

COMMIT = Commit("1.2.3", "ab" * 20, 1_795_951_277)
LIBRARY = Library("mbedtls", "3.6.7", "Apache-2.0 OR GPL-2.0-or-later", "https://tls.example")
FONT = Library("oofatfs", "R0.13c", "FatFs licence", "http://elm-chan.example")
SOURCES = {"firmware/main.py": "0a" * 32, "build/lib/umqtt/simple.py": "0b" * 32}


def tree(**changes):
    whole = Contents("ESP32_GENERIC", {"wattseal-1.2.3-ESP32_GENERIC.zip": b"zip"}, SOURCES)
    return replace(whole, **changes)


def image():
    files = {"wattseal-1.2.3-RPI_PICO.bin": b"bin", "wattseal-1.2.3-RPI_PICO.uf2": b"uf2"}
    sources = {**SOURCES, "boards/RPI_PICO/board.py": "0c" * 32}
    return Contents("RPI_PICO", files, sources, [LIBRARY, FONT], "1.26.1", {"m.tar.xz": "0d" * 32})


def document(*packages, commit=COMMIT):
    return sbom.document(commit, packages or (tree(), image()), {"arm-none-eabi-gcc": "12.2.1"})


def schemas():
    """Ours, and the published one where a package brings it."""
    part = json.loads((interpreters.ROOT / "host_tests/vectors/cyclonedx_part.json").read_text())
    yield pytest.param(Draft7Validator(part), id="ours")
    found = importlib.util.find_spec("cyclonedx")
    if found and found.submodule_search_locations:
        folder = Path(next(iter(found.submodule_search_locations))) / "schema/_res"
        registry = Registry()
        for name in ("spdx", "jsf-0.82"):
            told = json.loads((folder / f"{name}.SNAPSHOT.schema.json").read_text())
            resource = Resource.from_contents(told)
            for base in (told["$id"], f"http://cyclonedx.org/schema/{name}.SNAPSHOT.schema.json"):
                registry = registry.with_resource(base, resource)
        whole = json.loads((folder / "bom-1.6.SNAPSHOT.schema.json").read_text())
        yield pytest.param(Draft7Validator(whole, registry=registry), id="published")


@pytest.mark.parametrize("schema", list(schemas()))
def test_the_document_keeps_the_schema_which_refuses_what_is_wrong(schema):
    made = document()
    assert [str(error.message) for error in schema.iter_errors(made)] == []
    for key, wrong in (("specVersion", 6), ("serialNumber", "urn:uuid:1"), ("components", [{}])):
        assert not schema.is_valid({**made, key: wrong})
    made["components"][0]["hashes"][0]["content"] = "no hash"
    assert not schema.is_valid(made)


def test_every_reference_is_to_one_component():
    made = document()
    refs = [part["bom-ref"] for part in made["components"]]
    refs.append(made["metadata"]["component"]["bom-ref"])
    assert len(refs) == len(set(refs))
    told = {row["ref"]: row["dependsOn"] for row in made["dependencies"]}
    assert len(told) == len(made["dependencies"])
    assert told.keys() <= set(refs)
    assert {ref for each in told.values() for ref in each} <= set(refs)
    reached, ahead = set(), [made["metadata"]["component"]["bom-ref"]]
    while ahead:
        reached.add(ahead.pop())
        ahead += [ref for each in reached for ref in told.get(each, ()) if ref not in reached]
    assert reached == set(refs)  # nothing is listed that no package holds


def test_every_package_source_and_library_is_told_with_hash_version_and_licence():
    parts = {part["bom-ref"]: part for part in document()["components"]}
    uf2 = parts["package:wattseal-1.2.3-RPI_PICO.uf2"]
    assert uf2["hashes"] == [{"alg": "SHA-256", "content": sbom.sha256(b"uf2")}]
    assert uf2["version"] == "1.2.3"
    main = parts["source:firmware/main.py"]
    assert main["hashes"][0]["content"] == "0a" * 32
    assert parts["library:mbedtls@3.6.7"]["licenses"] == [
        {"expression": "Apache-2.0 OR GPL-2.0-or-later"}
    ]
    assert parts["library:oofatfs@R0.13c"]["licenses"] == [{"license": {"name": "FatFs licence"}}]
    told = parts["micropython@1.26.1"]["properties"]
    assert [row["value"] for row in told] == [f"m.tar.xz sha256:{'0d' * 32}"]
    assert parts["micropython@1.26.1"]["purl"] == "pkg:github/micropython/micropython@v1.26.1"


def test_umqtt_is_told_as_it_is_pinned_and_not_as_ours():
    parts = {part["bom-ref"]: part for part in document()["components"]}
    pinned = {name: (number, digest) for name, number, digest, *_ in fetch.LIBRARIES}
    number, digest = pinned["micropython-umqtt.simple"]
    assert parts["umqtt"]["purl"] == f"pkg:pypi/micropython-umqtt.simple@{number}"
    assert parts["umqtt"]["properties"] == [{"name": "wattseal:archive_sha256", "value": digest}]
    module = parts["umqtt"]["components"][0]
    assert module["name"] == "umqtt/simple.py" and module["hashes"][0]["content"] == "0b" * 32
    assert not any("umqtt" in ref for ref in parts if ref.startswith("source:"))


def test_only_an_image_holds_micropython_and_its_libraries():
    told = {row["ref"]: row["dependsOn"] for row in document()["dependencies"]}
    assert told["package:wattseal-1.2.3-ESP32_GENERIC.zip"] == ["source:firmware/main.py", "umqtt"]
    assert "micropython@1.26.1" in told["package:wattseal-1.2.3-RPI_PICO.bin"]
    libraries = {"library:mbedtls@3.6.7", "library:oofatfs@R0.13c"}
    assert libraries <= set(told["package:wattseal-1.2.3-RPI_PICO.bin"])
    alone = {part["bom-ref"] for part in document(tree())["components"]}
    assert not any(ref.startswith(("library:", "micropython")) for ref in alone)


def test_machine_code_beside_bytecode_tells_what_it_is_made_with():
    """But no library of an image is in it."""
    native = tree(headers="1.26.1", archives={"m.tar.xz": "0d" * 32})
    for made in (document(native), document(native, image())):
        parts = {part["bom-ref"]: part for part in made["components"]}
        assert parts["micropython@1.26.1"]["properties"][0]["value"].startswith("m.tar.xz sha256:")
        told = {row["ref"]: row["dependsOn"] for row in made["dependencies"]}
        assert told["package:wattseal-1.2.3-ESP32_GENERIC.zip"] == [
            "micropython@1.26.1", "source:firmware/main.py", "umqtt"
        ]  # fmt: skip


def test_a_source_tree_tells_its_version_or_the_release_fails(tmp_path):
    (tmp_path / "py").mkdir()
    lines = [f"#define MICROPY_VERSION_{name} {n}\n" for name, n in
             (("MAJOR", 1), ("MINOR", 26), ("MICRO", 1))]  # fmt: skip
    (tmp_path / "py/mpconfig.h").write_text("".join(lines))
    assert linked.micropython(tmp_path) == "1.26.1"
    for text in (lines[0], None):
        (tmp_path / "py/mpconfig.h").unlink()
        if text:
            (tmp_path / "py/mpconfig.h").write_text(text)
        with pytest.raises(ReleaseFault, match="tells no version of MicroPython"):
            linked.micropython(tmp_path)


def test_the_compilers_are_those_of_what_is_released():
    root = interpreters.ROOT
    assert building.compilers(root, ["ESP32_GENERIC"]) == set()
    assert building.compilers(root, ["unix"]) == {"gcc"}
    assert building.compilers(root, ["unix", "RPI_PICO_W"]) == {"gcc", linked.GCC}
    assert building.compilers(root, ["RPI_PICO"]) == {linked.GCC}


def test_the_same_release_is_the_same_document_and_another_has_another_number():
    assert json.dumps(document()) == json.dumps(document())
    number = document()["serialNumber"]
    other = tree(files={"wattseal-1.2.3-ESP32_GENERIC.zip": b"zap"})
    assert document(other, image())["serialNumber"] != number
    assert document(commit=replace(COMMIT, hash="cd" * 20))["serialNumber"] != number
    assert document()["metadata"]["timestamp"] == "2026-11-29T11:21:17Z"


def libraries(tmp_path, **headers):
    """What is found in a tree with these {library: version header} that an image was made of."""
    work, source = tmp_path / "work", tmp_path / "tree"
    work.mkdir()
    lines = []
    for name, text in headers.items():
        known = linked._KNOWN.get(name)
        path = source / "lib" / name / ((known.file if known else "") or "x.c")
        path.parent.mkdir(parents=True)
        path.write_text(text)
        lines.append(f"a.o: {path} \\\n /usr/include/stdio.h {source}/py/gc.h\n")
    (work / "a.o.d").write_text("".join(lines))
    return linked.libraries(work, source, "1.26.1")


def test_a_library_has_the_version_that_its_own_header_tells(tmp_path):
    found = libraries(
        tmp_path,
        littlefs="#define LFS2_VERSION 0x0002000b\n",
        tinyusb="#define TUSB_VERSION_MAJOR 0\n#define TUSB_VERSION_MINOR     18\n"
        "#define TUSB_VERSION_REVISION  1\n",
        mbedtls='#define MBEDTLS_VERSION_STRING         "3.6.7"\n',
        uzlib="",
    )
    assert {one.name: one.version for one in found} == {
        "littlefs": "2.11", "tinyusb": "0.18.1", "mbedtls": "3.6.7",
        "uzlib": "as in MicroPython 1.26.1",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("headers", "said"),
    [
        ({"lwip": ""}, "lib/lwip is new in the image"),
        ({"mbedtls": "// nothing"}, "build_info.h tells no version"),
        ({}, "does not tell what the image is made of"),
    ],
)
def test_a_library_that_nobody_knows_fails_the_release(tmp_path, headers, said):
    with pytest.raises(ReleaseFault, match=said):
        libraries(tmp_path, **headers)


def test_a_missing_compiler_gets_a_sentence(monkeypatch):
    monkeypatch.setattr(linked, "GCC", "no-such-gcc")
    for ask in (lambda: linked.compiler("no-such-gcc"), linked.c_library):
        with pytest.raises(ReleaseFault, match="no-such-gcc does not run; install it with"):
            ask()
