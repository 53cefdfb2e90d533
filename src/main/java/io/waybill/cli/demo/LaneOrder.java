package io.waybill.cli.demo;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * The documents of a lane, as they were sent and as the destination got them.
 *
 * @param lane as the state table names it
 * @param destination who got them
 */
record LaneOrder(String lane, String destination, List<Sample> sent, List<Sample> arrived) {

  boolean right() {
    return sent.equals(arrived);
  }

  String arrivedInWords() {
    return arrived.isEmpty()
        ? "nothing"
        : arrived.stream().map(Sample::what).collect(Collectors.joining(", "));
  }

  String sentInWords() {
    return sent.stream().map(Sample::what).collect(Collectors.joining(", "));
  }

  /** All lanes of the plan; what is in no lane counts as one of its own. */
  static List<LaneOrder> of(
      Plan plan, Map<String, List<Sample>> arrived, List<BrokerApi.Row> rows) {
    List<LaneOrder> orders = new ArrayList<>();
    plan.lanes()
        .forEach(
            (thread, sent) -> {
              String destination =
                  arrived.entrySet().stream()
                      .filter(entry -> entry.getValue().stream().anyMatch(sent::contains))
                      .map(Map.Entry::getKey)
                      .findFirst()
                      .orElse("nobody");
              List<Sample> got =
                  arrived.getOrDefault(destination, List.of()).stream()
                      .filter(sent::contains)
                      .toList();
              orders.add(new LaneOrder(name(sent.get(0), rows), destination, sent, got));
            });
    return orders;
  }

  private static String name(Sample sample, List<BrokerApi.Row> rows) {
    return rows.stream()
        .flatMap(row -> row.lanes().stream())
        .filter(lane -> lane.endsWith(":" + sample.key()))
        .findFirst()
        .orElse(sample.thread());
  }
}
