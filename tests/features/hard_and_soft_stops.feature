Feature: What stops for good, what two people may take upon themselves, and what is only written down

  # reference/domain.md §3.2, first column: no override in the program; a new record is needed.

  Scenario Outline: A mismatch of identity has no way round it
    Given the first bag of Ms Hargreaves is thawed at her bedside
    When the bedside check meets <what>
    Then the check is over with <reason>
    And no exception is offered
    And nothing has moved since
    And a deviation waits for somebody to judge it

    Examples:
      | what                               | reason        |
      | the wristband of another patient   | WRONG_PATIENT |
      | the bag of another patient         | WRONG_UNIT    |
      | a second person who hears another name | ARMS_DISAGREE |

  Scenario: A bag in quarantine cannot be taken up until somebody signs for it
    Given the first bag of Ms Hargreaves is in quarantine
    When the cell laboratory takes it in hand
    Then it is refused with QUARANTINED
    When quality settles the quarantine with a signature
    And the cell laboratory takes it in hand
    Then it goes on

  Scenario: The certificate no longer releases the product when it comes to the bed
    Given the fresh product is released and at the bedside
    And the sponsor has withdrawn the release since
    When the bedside check meets the fresh product
    Then it is refused with CERTIFICATE_MISSING
    And nothing was given

  Scenario: A deadline that has passed goes on only with physician and pharmacist
    Given the first bag of Ms Hargreaves is thawed at her bedside
    And three hours have gone by
    When the bedside check meets her own bag
    Then the check is over with CLOCK_OVERDUE
    When a physician and a pharmacist take it upon themselves
    Then both nurses check again and the infusion may start

  Scenario: A nurse who is not trained in the trial cannot begin
    Given the first bag of Ms Hargreaves is thawed at her bedside
    When the untrained nurse begins the bedside check
    Then it is refused with NOT_TRAINED

  # §3.2, second column: with a reason and a second person.

  Scenario: A wristband is issued anew and the old one no longer counts
    Given the first bag of Ms Hargreaves is thawed at her bedside
    When a new wristband is put on Ms Hargreaves
    Then the old wristband is refused with WRISTBAND_VOID
    And the new one is accepted

  Scenario: The shipment comes late and its shipper still holds
    Given the shipment of the donor cells is delayed by a day and its shipper holds for four
    When pharmacy receives it
    Then it goes on

  # §3.2, third column: written down, nothing asked.

  Scenario: What is only recorded asks for nobody
    Given the shipment of the donor cells is at the door
    When pharmacy scans shipper, seal and logger
    Then the seal number stands on the record
    And nobody was asked for a second signature

  # reference/domain.md §6: the machine sleeps in the middle of the countdown.

  Scenario: The laptop sleeps and the clock has not stood still
    Given the first bag of Ms Hargreaves is thawed at her bedside
    When the lid is closed for two hours
    Then half an hour is left at most
