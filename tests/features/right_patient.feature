Feature: Nobody proceeds on a mismatch
  What the evidence tells of wrong patients and wrong bags, at the bedside of the demonstration site.

  Background:
    Given the first bag of Ms Hargreaves is thawed at her bedside
    And nurse_a has begun the bedside check

  Scenario: Two patients with the same family name, their bags crossed
    When nurse_a scans the wristband of Ms Hargreaves and hears her name and birthday
    And nurse_a scans the bag of Mr Hargreaves
    Then the program refuses with WRONG_UNIT
    And the page shows the two codes one above the other with the difference marked
    And no infusion has begun
    And the bag of Mr Hargreaves can be put into quarantine

  Scenario: A spare wristband code taped to the cart
    When wristband and bag are read faster than hands can move, three times
    Then the program refuses with PROXY_SUSPECTED
    And only the physician's path is left
    And no infusion has begun

  Scenario: The wristband she wore last week
    When nurse_a scans the wristband that was replaced
    Then the program refuses with WRISTBAND_VOID
    And no infusion has begun
    And the check still waits for her wristband

  Scenario: A damaged symbol whose text can be read
    When nurse_a scans the wristband of Ms Hargreaves and hears her name and birthday
    And nurse_a types what stands under the symbol of the bag
    And nurse_b does the same, seeing nothing of the first
    Then both agree
    And the record counts two typed codes

  Scenario: The second person is the first person
    When nurse_a scans the wristband of Ms Hargreaves and hears her name and birthday
    And nurse_a scans the bag of Ms Hargreaves
    And nurse_a shows their badge as the second person
    Then the program refuses with SAME_PERSON_TWICE
    And no infusion has begun

  Scenario: A donation number is read where the wristband is asked for
    When nurse_a scans a donation number from the label roll
    Then the program refuses and says so
    And no infusion has begun
