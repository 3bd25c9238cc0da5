"""The evidence as data: the tables of `seeds/`, declared, read and checked. Seeds of random draws are another thing."""
