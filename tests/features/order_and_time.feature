Feature: The right one first, in its time, kept cold all the way
  reference/domain.md §6 (scenarios) and §3.2 (hard stop, soft stop, record only). README.md beside this file says which
  scenario stands for which row.

  Scenario: The second component is scanned before the first
    Given both syringes of the two components are prepared
    When two nurses scan the syringe of the second component first
    Then it is refused with WRONG_ORDER_OF_UNITS
    And nothing was given

  Scenario: The second fraction sixty-one minutes after the first
    Given the first fraction of cord blood is given and the second is at the bedside
    When 61 minutes have passed
    Then the second fraction is refused with CLOCK_OVERDUE

  Scenario: The clocks go back in the night while the countdown runs
    Given donor cells are thawed at 02:50 in the night in which the clocks go back
    When 70 minutes have passed
    Then the wall clock reads 03:00 and 20 minutes are left
    When 21 minutes have passed
    Then the donor cells are refused with CLOCK_OVERDUE

  Scenario: A logger file with a gap of forty minutes
    Given the donor cells are received and their logger has a gap of 40 minutes
    When pharmacy accepts the temperature record
    Then the sponsor's explanation and a second person are asked for
    When the explanation is given and a second pharmacist signs in
    Then the temperature record is accepted with a gap of 40 minutes on record
    And a deviation of the kind logger_gap waits for somebody to judge it

  Scenario: What is typed of the temperature record is not what the file says
    Given the donor cells are received and their logger has a gap of 40 minutes
    When pharmacy types other degrees than the file holds
    Then it is refused with ENTRIES_DIFFER
