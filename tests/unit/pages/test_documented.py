"""How commands, and what they print, are read out of a page."""

import pytest

from tests.documented import Block, missing, parsed

PAGE = """# A page

```sh
make demo
```

prints

```text output
3 need … now
```

    make picture

- a list

      that has an indented line

  ```sh cluster
  curl http://alertgest-ingest:8080/ready
  ```

~~~yaml
kind: Pod
~~~

    a table that is no command
"""


def of(fence: str, text: str) -> Block:
    return Block("a.md", 1, tuple(fence.split()), text)


def test_each_block_is_found_with_its_line_its_fence_and_its_text() -> None:
    assert list(parsed("a.md", PAGE)) == [
        Block("a.md", 3, ("sh",), "make demo"),
        Block("a.md", 9, ("text", "output"), "3 need … now"),
        Block("a.md", 13, (), "make picture"),
        Block("a.md", 19, ("sh", "cluster"), "curl http://alertgest-ingest:8080/ready"),
        Block("a.md", 23, ("yaml",), "kind: Pod"),
        Block("a.md", 27, (), "a table that is no command"),
    ]


def test_what_is_fenced_as_sh_or_begins_with_a_program_is_typed() -> None:
    assert [block.line for block in parsed("a.md", PAGE) if block.has_commands] == [3, 13, 19]


@pytest.mark.parametrize(
    ("fence", "text", "needs"),
    [
        ("sh", "make demo", False),
        ("sh", "kubectl get pods", True),
        ("sh", "cat values.yaml | helm install -f -", True),
        ("sh", "for each in 1 2; do kubectl get pods; done", True),
        ("sh", "KUBECONFIG=mine kubectl get pods", True),
        ("sh", "make tools # Helm, which is helm", False),
        ("sh cluster", "curl http://alertgest-ingest:8080/ready", True),
    ],
)
def test_a_cluster_is_needed_where_kubectl_or_helm_is_run_or_the_fence_says_so(
    fence: str, text: str, needs: bool
) -> None:
    assert of(fence, text).needs_cluster is needs


@pytest.mark.parametrize(
    ("expected", "printed", "absent"),
    [
        ("a\nc", "a\nb\nc", []),
        ("…created", "job.batch/now created", []),
        ("job … met", "job now condition met", []),
        ("a", "  a  ", []),
        ("c\na", "a\nb\nc", ["a"]),
        ("created", "job created", ["created"]),
        ("a.c", "abc", ["a.c"]),
    ],
)
def test_each_line_of_a_promised_output_has_to_come_in_its_order(
    expected: str, printed: str, absent: list[str]
) -> None:
    assert missing(expected, printed) == absent
