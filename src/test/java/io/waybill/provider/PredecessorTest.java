package io.waybill.provider;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("Waybill-Predecessor")
class PredecessorTest {

  @Test
  void severalLanesAreReadAndWritten() {
    List<Predecessor> lanes =
        List.of(
            new Predecessor("cust:47 11,=%", new TransactionId("3f2a-1-0-0")),
            new Predecessor("item:Größe*~\uD83D\uDE00", null));
    String header = Predecessor.write(lanes);

    assertThat(header)
        .isEqualTo(
            "cust%3A47%2011%2C%3D%25=3f2a-1-0-0, item%3AGr%C3%B6%C3%9Fe%2A~%F0%9F%98%80=none");
    assertThat(Predecessor.read(header)).isEqualTo(lanes);
    assertThat(Predecessor.read(header.replace(", ", ","))).isEqualTo(lanes);
  }

  @ParameterizedTest
  @NullSource
  @ValueSource(strings = {"", " "})
  void aDocumentWithoutLanesHasNone(String header) {
    assertThat(Predecessor.read(header)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "cust",
        "cust=",
        "=a",
        "cust:1=a",
        "cust%3=a",
        "cust%zz=a",
        "cust%FF=a",
        "cust%00=a",
        "a=b=c",
        "a=1,,b=2",
        "a=1,a=2",
        "a=x y"
      })
  void nonsenseIsRefused(String header) {
    assertThatIllegalArgumentException().isThrownBy(() -> Predecessor.read(header));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "none", "a b", "a,b", "a'b"})
  void aTransactionThatCouldBeMistakenIsRefused(String text) {
    assertThatIllegalArgumentException().isThrownBy(() -> new TransactionId(text));
  }
}
