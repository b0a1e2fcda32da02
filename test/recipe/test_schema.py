import unittest

import support  # noqa: F401

from labdeck.schema import missing_migrations, unknown_migrations


class SchemaTest(unittest.TestCase):
    def test_a_database_the_image_made_fits(self) -> None:
        self.assertEqual(unknown_migrations({"jobs": ["0001_a"]}, {"jobs": ["0001_a"]}), [])
        self.assertEqual(missing_migrations({"jobs": ["0001_a"]}, {"jobs": ["0001_a"]}, {}), [])

    def test_an_older_database_fits_and_lacks_what_is_new(self) -> None:
        image = {"jobs": ["0001_a", "0002_b"], "results": ["0001_c"]}
        self.assertEqual(unknown_migrations({"jobs": ["0001_a"]}, image), [])
        self.assertEqual(missing_migrations({"jobs": ["0001_a"]}, image, {}), ["jobs.0002_b", "results.0001_c"])

    def test_a_newer_database_is_told_by_its_first_unknown_migration(self) -> None:
        applied = {"jobs": ["0001_a", "0003_c", "0002_b"]}
        self.assertEqual(unknown_migrations(applied, {"jobs": ["0001_a"]}), ["jobs.0002_b", "jobs.0003_c"])

    def test_a_branch_with_another_migration_of_the_same_number_does_not_fit(self) -> None:
        self.assertEqual(unknown_migrations({"jobs": ["0002_mine"]}, {"jobs": ["0002_yours"]}), ["jobs.0002_mine"])

    def test_an_app_the_image_does_not_have_is_no_matter(self) -> None:
        self.assertEqual(unknown_migrations({"extra": ["0009_z"], "jobs": []}, {"jobs": []}), [])

    def test_what_a_squash_replaced_stays_in_the_database_and_is_no_news(self) -> None:
        applied = {"jobs": ["0001_a", "0002_b", "0001_squashed_0002_b", "0003_c"]}
        self.assertEqual(unknown_migrations(applied, {"jobs": ["0001_squashed_0002_b", "0003_c"]}), [])
        self.assertEqual(unknown_migrations(applied, {"jobs": ["0001_squashed_0002_b"]}), ["jobs.0003_c"])

    def test_a_squash_that_was_never_applied_excuses_nothing(self) -> None:
        self.assertEqual(unknown_migrations({"jobs": ["0002_b"]}, {"jobs": ["0001_squashed_0002_c"]}), ["jobs.0002_b"])

    def test_the_replaced_half_of_a_squash_is_not_missing(self) -> None:
        image, replaced = {"jobs": ["0001_a", "0001_squashed_0001_a"]}, {"jobs": ["0001_a"]}
        self.assertEqual(missing_migrations({"jobs": ["0001_squashed_0001_a"]}, image, replaced), [])
        self.assertEqual(missing_migrations({}, image, replaced), ["jobs.0001_squashed_0001_a"])
