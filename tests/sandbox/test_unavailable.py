"""Why a host gives no namespaces, read from a tree of files that stands for it."""

from __future__ import annotations

from errno import EACCES, EINVAL, ENOSPC, ENOSYS, EPERM

import pytest

from bootstrap.errors import SandboxUnavailable
from bootstrap.sandbox import diagnose


@pytest.fixture
def host(tmp_path):
    def make(**files: str) -> str:
        files = {
            "proc/self/ns/user": "",
            "proc/self/status": "Seccomp:\t0\n",
            "proc/self/mountinfo": "1 0 0:1 / / rw - ext4 x rw\n",
            **{name.replace("__", "/"): text for name, text in files.items()},
        }
        for name, text in files.items():
            path = tmp_path / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
        return str(tmp_path)

    return make


def hint(root: str, errno: int = EPERM, call: str = "clone", is_root: bool = False) -> str:
    error = diagnose(errno, call, root=root, is_root=is_root)
    assert isinstance(error, SandboxUnavailable)
    return error.hint


def test_the_message_names_call_and_error(host):
    error = diagnose(EPERM, "mount(proc on /proc)", root=host(), is_root=False)
    assert error.message == (
        "this host does not give the namespaces a build needs: "
        "mount(proc on /proc) failed with EPERM (Operation not permitted)"
    )


def test_debians_switch(host):
    text = hint(host(proc__sys__kernel__unprivileged_userns_clone="0\n"))
    assert "sudo sysctl -w kernel.unprivileged_userns_clone=1" in text


def test_a_switch_that_allows_is_not_named(host):
    assert "userns_clone" not in hint(host(proc__sys__kernel__unprivileged_userns_clone="1\n"))


def test_switches_for_ordinary_users_are_not_named_to_root(host):
    assert "userns_clone" not in hint(host(proc__sys__kernel__unprivileged_userns_clone="0\n"), is_root=True)


def test_ubuntus_switch(host):
    root = host(proc__sys__kernel__apparmor_restrict_unprivileged_userns="1\n")
    text = hint(root, EACCES, "write(/proc/self/uid_map)")
    assert "kernel.apparmor_restrict_unprivileged_userns=0" in text


def test_no_namespaces_at_all_allowed(host):
    assert "user.max_user_namespaces is 0" in hint(host(proc__sys__user__max_user_namespaces="0\n"), ENOSPC)


def test_too_many_namespaces_in_use(host):
    text = hint(host(proc__sys__user__max_net_namespaces="20000\n"), ENOSPC)
    assert "user.max_net_namespaces=40000" in text


def test_a_kernel_without_user_namespaces(host, tmp_path):
    root = host()
    (tmp_path / "proc/self/ns/user").unlink()
    assert "CONFIG_USER_NS" in hint(root, EINVAL)


def test_no_proc(tmp_path):
    assert "mount -t proc" in hint(str(tmp_path))


def test_a_chroot(host):
    assert "chroot" in hint(host(proc__self__mountinfo="1 0 0:1 / /srv/x rw - ext4 x rw\n"))


def test_docker(host):
    root = host(**{".dockerenv": ""})
    assert "Docker container forbids it" in hint(root)
    assert "systempaths=unconfined" in hint(root, EPERM, "mount(proc on /proc)")


def test_podman(host):
    assert "Podman" in hint(host(run__systemd__container="podman", **{"run/.containerenv": ""}))


def test_another_container(host):
    assert "this lxc container" in hint(host(run__systemd__container="lxc\n"))


def test_a_service_with_a_seccomp_filter(host):
    assert "RestrictNamespaces" in hint(host(proc__self__status="Name:\tx\nSeccomp:\t2\n"))


def test_a_kernel_without_seccomp(host):
    assert "CONFIG_SECCOMP_FILTER" in hint(host(), EINVAL, "prctl(PR_SET_SECCOMP)")


def test_selinux(host):
    assert "ausearch" in hint(host(sys__fs__selinux__enforce="1"))


def test_an_unknown_reason_tells_what_to_try(host):
    assert "unshare --user" in hint(host(), ENOSYS)
