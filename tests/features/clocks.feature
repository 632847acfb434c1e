Feature: Every clock that matters, and none of them generous
  A block refuses to begin; it never refuses to record what happened.

  Scenario: The infusion that would begin too late
    Given the first bag of Ms Hargreaves is thawed at her bedside
    When 151 minutes pass
    And two nurses try the bedside check
    Then the program refuses with CLOCK_OVERDUE
    And no infusion has begun
    When the physician and the pharmacist take it upon themselves
    And two nurses do the bedside check
    Then the infusion can begin once
    And a deviation is open

  Scenario: The infusion that has run over its time is still ended on the record
    Given an infusion of Ms Hargreaves is running
    When 180 minutes pass
    And nurse_a presses complete_infusion
    Then the record says AdministrationCompleted
    And the clock thaw-to-end stands at missed

  Scenario: The machine was started again in the middle of the countdown
    Given an infusion of Ms Hargreaves is running
    When the machine is started again
    Then the deadline is what it was, and not a second later

  Scenario: A reaction during the infusion
    Given an infusion of Ms Hargreaves is running
    When nurse_a presses stop_now
    Then the record says AdministrationStopped
    And nobody was asked for a PIN first
    And reason, residual volume and physician are asked afterwards

  Scenario: The second bag while the first still runs
    Given an infusion of Ms Hargreaves is running
    When somebody tries to thaw her second bag
    Then the program refuses with GATE_CLOSED
