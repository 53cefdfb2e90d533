package io.waybill.message;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("A trace context")
class TraceContextTest {

  private static final String TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";
  private static final String PARENT = "00-" + TRACE + "-00f067aa0ba902b7-01";

  @Test
  void isKeptAsItCame() {
    assertThat(TraceContext.valid(" " + PARENT + " ", "congo=t61rcWkgMzE , rojo=00f067aa0ba902b7"))
        .containsOnly(
            Map.entry("traceparent", PARENT),
            Map.entry("tracestate", "congo=t61rcWkgMzE , rojo=00f067aa0ba902b7"));
  }

  @Test
  void namesItsTrace() {
    assertThat(TraceContext.traceId(Map.of("traceparent", PARENT))).isEqualTo(TRACE);
    assertThat(TraceContext.traceId(Map.of())).isNull();
    assertThat(TraceContext.traceId(Map.of("traceparent", "00-abc"))).isNull();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "00-abc",
        "00-4BF92F3577B34DA6A3CE929D0E0E4736-00f067aa0ba902b7-01",
        "00-00000000000000000000000000000000-00f067aa0ba902b7-01",
        "00-4bf92f3577b34da6a3ce929d0e0e4736-0000000000000000-01",
        "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-1",
        "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-more",
        "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01,"
            + " 00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
        "ff-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
        "00_4bf92f3577b34da6a3ce929d0e0e4736_00f067aa0ba902b7_01",
        "cc-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01.what",
        "cc-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-wh\nat"
      })
  void isDroppedWholeWhereItsParentIsNone(String parent) {
    assertThat(TraceContext.valid(parent, "congo=t61rcWkgMzE")).isEmpty();
  }

  @Test
  void mayBeOfALaterVersion() {
    String later = "cc" + PARENT.substring(2) + "-what-the-future-brings";
    assertThat(TraceContext.valid(later, null)).containsOnly(Map.entry("traceparent", later));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " , ",
        "congo",
        "Congo=1",
        "congo=",
        "congo=a=b",
        "congo=1,congo=2",
        "congo=a\tb",
        "=1",
        "congo=é"
      })
  void losesAStateThatIsNone(String state) {
    assertThat(TraceContext.valid(PARENT, state)).containsOnly(Map.entry("traceparent", PARENT));
  }

  @Test
  void hasAtMostThirtyTwoMembersInItsState() {
    String most = members(32);
    assertThat(TraceContext.valid(PARENT, most)).containsEntry("tracestate", most);
    assertThat(TraceContext.valid(PARENT, members(33))).doesNotContainKey("tracestate");
  }

  private static String members(int count) {
    return IntStream.range(0, count)
        .mapToObj(i -> "tenant" + i + "@system=" + i)
        .collect(Collectors.joining(","));
  }

  @Test
  void withoutAParentIsNone() {
    assertThat(TraceContext.valid(null, "congo=t61rcWkgMzE")).isEmpty();
  }
}
