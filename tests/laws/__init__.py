"""Laws that every run obeys, whatever the scenario (MODEL.md, *must hold*)."""
