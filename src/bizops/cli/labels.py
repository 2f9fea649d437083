"""`bizops labels`: create the labels that the repository lacks."""

import argparse


def options(parser: argparse.ArgumentParser) -> None:
    from bizops.cli.given import add_policies

    parser.add_argument("--dry-run", action="store_true", help="only list every label that the desk uses")
    add_policies(parser)


def main(arguments: argparse.Namespace) -> int:
    from bizops import company
    from bizops.cli import setting
    from bizops.desk.github import GitHub
    from bizops.desk.labels import create_missing, wanted
    from bizops.templates import load_templates

    policy = setting.policy(arguments)
    templates = load_templates(company.forms(setting.repository()))
    if arguments.dry_run:
        for name, style in wanted(policy, templates).items():
            print(f"{name}\t{style.color}\t{style.description}")
        return 0
    created = create_missing(GitHub.from_environment(), policy, templates)
    print(f"{len(created)} labels created" + (": " + ", ".join(created) if created else "; none was missing"))
    return 0
