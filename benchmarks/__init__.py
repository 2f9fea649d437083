"""Benchmarks: what the README claims about speed and cost, measured."""
