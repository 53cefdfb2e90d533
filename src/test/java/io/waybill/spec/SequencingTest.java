package io.waybill.spec;

import static org.assertj.core.api.Assertions.assertThat;

import io.waybill.message.LaneName;
import io.waybill.message.MessageKey;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class SequencingTest {

  private static final Expression A = new Expression.Json("/a", new Place("test", 1));
  private static final Expression B = new Expression.Json("/b", new Place("test", 1));
  private static final MessageKey KEY = new MessageKey("Op", "sender", "1");

  @Test
  void lanesAreSpreadByTheirNameOverAllPartitions() {
    Sequencing sequencing = sequencing(group("order", Map.of("Op", keys(A))));

    Set<Integer> seen = new HashSet<>();
    for (int i = 0; i < 1_000; i++) {
      int partition = sequencing.partition(List.of(new LaneName("order", "" + i)), KEY, 16);
      assertThat(partition).isBetween(0, 15);
      seen.add(partition);
    }

    assertThat(seen).hasSize(16);
    assertThat(sequencing.ties()).isEmpty();
  }

  @Test
  void aPartitionIsTheSameForEver() {
    Sequencing sequencing = sequencing(group("order", Map.of("Op", keys(A))));

    // Rows in the journal carry the partition: a change of these numbers loses them their owner.
    assertThat(sequencing.partition(List.of(new LaneName("order", "4711")), KEY, 64)).isEqualTo(29);
    assertThat(sequencing.partition(List.of(), KEY, 64)).isEqualTo(11);
  }

  @Test
  void anOperationWithSeveralKeysTiesItsLockNameSpace() {
    Sequencing sequencing =
        sequencing(
            group("account", Map.of("Transfer", keys(A, B))),
            group("order", Map.of("Op", keys(A))));

    assertThat(sequencing.ties()).isEqualTo(Map.of("account", "account"));
    assertThat(partitionsOf(sequencing, "account")).hasSize(1);
    assertThat(partitionsOf(sequencing, "order")).hasSize(16);
  }

  @Test
  void tiesJoinOverOperationsAndShareOnePartition() {
    Sequencing sequencing =
        sequencing(
            group("a", Map.of("One", keys(A))),
            group("b", Map.of("One", keys(A), "Two", keys(A))),
            group("c", Map.of("Two", keys(B))),
            group("d", Map.of("Three", keys(B))));

    assertThat(sequencing.ties()).isEqualTo(Map.of("a", "a+b+c", "b", "a+b+c", "c", "a+b+c"));
    Set<Integer> partitions = partitionsOf(sequencing, "a");
    partitions.addAll(partitionsOf(sequencing, "b"));
    partitions.addAll(partitionsOf(sequencing, "c"));
    assertThat(partitions).hasSize(1);
    assertThat(sequencing.lockNameSpaces()).containsExactly("a", "b", "c", "d");
  }

  @Test
  void unsequencedMessagesAreSpreadByTheirKey() {
    Set<Integer> seen = new HashSet<>();
    for (int i = 0; i < 1_000; i++) {
      seen.add(Sequencing.NONE.partition(List.of(), new MessageKey("Note", "s", "" + i), 16));
    }
    assertThat(seen).hasSize(16);
  }

  private static Set<Integer> partitionsOf(Sequencing sequencing, String nameSpace) {
    Set<Integer> seen = new HashSet<>();
    for (int i = 0; i < 1_000; i++) {
      seen.add(sequencing.partition(List.of(new LaneName(nameSpace, "" + i)), KEY, 16));
    }
    return seen;
  }

  private static Sequencing sequencing(SequencingGroup... groups) {
    return new Sequencing(List.of(groups), Set.of());
  }

  private static SequencingGroup group(
      String nameSpace, Map<String, SequencingGroup.Member> members) {
    return new SequencingGroup(nameSpace + "s", nameSpace, members);
  }

  private static SequencingGroup.Member keys(Expression... keys) {
    return new SequencingGroup.Member(List.of(keys));
  }
}
