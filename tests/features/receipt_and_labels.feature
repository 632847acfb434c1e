Feature: What comes in at the door, and what is printed at the chair

  Scenario: The bag count is one, the packing list says two
    Given the shipment for Ms Fernandes stands at the door
    When the pharmacist counts 2 bags
    Then the program refuses with COUNT_DIFFERS
    And a discrepancy is open that a person must resolve
    And nothing else begins in that case

  Scenario: The logger shows an excursion
    Given the shipment for Ms Fernandes is received
    When the pharmacist finds an excursion in its temperature record
    Then the bag is in quarantine
    And a deviation is open

  Scenario: The label printer jams after the labels came half out
    Given a collection of Mr Oyelaran has begun with its labels printed
    When the first label is spoiled by a jam and a second person agrees to print it again
    Then every printed label is applied or destroyed
    And no two labels bear the same serial

  Scenario: Two label jobs crossed between adjacent chairs
    Given a collection of Mr Oyelaran has begun with its labels printed
    When the label of another patient's bag is scanned on his bag
    Then the program refuses with LABEL_DIFFERS
    And his label is still to be applied

  Scenario: The sponsor asks to wait
    Given the coordinator has put the case of Ms Hargreaves on hold
    When somebody tries to take her first bag out of the store
    Then the program refuses with ON_HOLD
