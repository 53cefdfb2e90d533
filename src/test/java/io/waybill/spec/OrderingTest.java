package io.waybill.spec;

import static org.assertj.core.api.Assertions.assertThat;

import io.waybill.spec.load.ConfigFolder;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is another order, and what is not. */
class OrderingTest {

  private static final String OPERATIONS =
      """
      waybill.operations:
        Customer: { id: { json: /id }, post: erp }
        Order:
          id: { json: /id }
          requires: [ { posted: { operation: Customer, key: { json: /customer }, within: 1h } } ]
          post: erp
        Change: { id: { json: /id }, after: [ Order ], post: erp }
        Invoice: { id: { json: /id }, post: erp }
        Note: { id: { json: /id }, post: erp }
      """;

  private static final String SEQUENCING =
      """
      waybill.sequencing:
        groups:
          order:
            lock-name-space: order
            operations:
              Order: { key: { json: /order } }
              Change: { key: { json: /order } }
          customer:
            lock-name-space: cust
            operations: { Customer: { key: { json: /id } } }
          account:
            lock-name-space: account
            operations: { Invoice: { key: { json: /account } } }
        unsequenced: [ Note ]
      """;

  @TempDir Path folder;

  private Map<String, Ordering> orderings(String operations, String sequencing) {
    return Ordering.of(
        new ConfigFolder(folder)
            .with("destinations.yaml", "waybill.destinations.erp: { delivery: repeat }\n")
            .with("operations.yaml", operations)
            .with("sequencing.yaml", sequencing)
            .load());
  }

  private List<Set<String>> changed(String operations, String sequencing) {
    return Ordering.changed(orderings(OPERATIONS, SEQUENCING), orderings(operations, sequencing));
  }

  @Test
  void whereItIsWrittenAndHowLongItIsWaitedForIsNoOrder() {
    assertThat(changed("\n\n" + OPERATIONS.replace("within: 1h", "within: 2h"), "\n" + SEQUENCING))
        .isEmpty();
  }

  @Test
  void aKeyConcernsAllOfItsGroupAndNobodyElse() {
    assertThat(
            changed(
                OPERATIONS,
                SEQUENCING.replace("Change: { key: { json: /order", "Change: { key: { json: /ref")))
        .containsExactly(Set.of("Order", "Change"));
  }

  @Test
  void aLockNameSpaceATieAndWhatComesAfterAreOrder() {
    assertThat(changed(OPERATIONS, SEQUENCING.replace("space: account", "space: acct")))
        .containsExactly(Set.of("Invoice"));
    assertThat(changed(OPERATIONS.replace("after: [ Order ], ", ""), SEQUENCING))
        .containsExactly(Set.of("Order", "Change"));
    assertThat(changed(OPERATIONS.replace("json: /customer", "json: /buyer"), SEQUENCING))
        .containsExactly(Set.of("Order", "Change"));
  }

  @Test
  void aKeyOfAnotherGroupTiesBothAndIsOneChange() {
    String tied =
        SEQUENCING.replace(
            "operations: { Invoice: { key: { json: /account } } }",
            "operations: { Invoice: { key: { json: /account } }, Customer: { key: { json: /account } } }");
    assertThat(changed(OPERATIONS, tied)).containsExactly(Set.of("Customer", "Invoice"));
  }

  @Test
  void anOperationThatIsNewOrGoneChangesNothing() {
    assertThat(Ordering.changed(Map.of(), orderings(OPERATIONS, SEQUENCING))).isEmpty();
    assertThat(Ordering.changed(orderings(OPERATIONS, SEQUENCING), Map.of())).isEmpty();
  }
}
