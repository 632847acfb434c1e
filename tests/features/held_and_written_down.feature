Feature: What holds a product back, and what is only written down
  reference/domain.md §6 (scenarios) and §3.2 (hard stop, soft stop, record only). README.md beside this file says which
  scenario stands for which row. What needs the hub is told here as one workstation can
  know it.

  Scenario: The same bag is started at two workstations that did not know of each other
    Given an infusion of Ms Hargreaves runs here
    When the other workstation's record of its own start of the same bag comes in
    Then a discrepancy is open until a person resolves it
    And no other step of her case begins

  Scenario: The disposition form has not come
    Given the fresh product came without its disposition form
    When pharmacy tries to release it
    Then it is not released

  Scenario: A hold placed elsewhere arrives while two nurses check
    Given the first bag of Ms Hargreaves is at her bedside and the first nurse has read everything
    When the sponsor's hold comes in from another workstation
    And the second nurse reads everything too
    Then the check ends with ON_HOLD
    And nothing was given

  Scenario: The papers name another chain of identity
    Given the donor cells are received and their temperature record is accepted
    When pharmacy holds them against the order of another patient
    Then it is refused with WRONG_ORDER

  Scenario: A nurse whose delegation has ended
    Given the first bag of Ms Hargreaves is at her bedside
    When the delegation of nurse_a has ended
    Then nurse_a cannot begin the bedside check for NOT_DELEGATED

  Scenario: A kit that is near its expiry takes a reason and a second person
    Given a collection of Mr Oyelaran is due
    When the apheresis nurse records a kit that expires in three days
    Then a reason and a second person are asked for and stand on the record

  Scenario: A kit that has expired is not recorded
    Given a collection of Mr Oyelaran is due
    When the apheresis nurse records a kit that expired yesterday
    Then it is refused with EXPIRED

  Scenario: The serial number of a device is only written down
    Given a collection of Mr Oyelaran is due
    When the apheresis nurse records the separator by its serial number
    Then its serial number stands on the record and nobody else was asked

  Scenario: An end of infusion is entered late, with its reason
    Given an infusion of Ms Hargreaves runs here
    When the nurse enters an hour later that it ended ten minutes after its start
    Then the record says when it happened, when it was entered and why

  Scenario: What the nurse remarks is kept, sealed, and asks nobody
    Given the first bag of Ms Hargreaves is at her bedside
    When the coordinator records that consent is current with a remark
    Then the remark lies sealed in the record

  Scenario: A scan that is right is kept as evidence
    Given the first bag of Ms Hargreaves is at her bedside and the first nurse has read everything
    Then every reading stands in the record with its scanner, its instant and its arm
