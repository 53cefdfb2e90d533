package io.waybill.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.waybill.message.Payload;
import io.waybill.message.Submission;
import io.waybill.operator.AccessSettings;
import io.waybill.operator.AccessSettings.Account;
import io.waybill.operator.Passwords;
import io.waybill.operator.Role;
import io.waybill.operator.Users;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("What a user may send, whichever way it comes")
class SendersOperationsTest {

  private static final String ENCODED = Passwords.encode("right");

  private final List<Submission> taken = new ArrayList<>();
  private final SendersOperations intake =
      new SendersOperations(
          submission -> {
            taken.add(submission);
            return new CompletableFuture<>();
          },
          Users.configured(
              new AccessSettings(
                  Map.of(
                      "limited", new Account(ENCODED, Set.of(Role.SUBMITTER), Set.of("A", "B")),
                      "free", new Account(ENCODED, Set.of(Role.SUBMITTER), null)),
                  null),
              Clock.systemUTC()));

  @Test
  void isWhatItsConfigurationSays() {
    assertThat(allowed("limited", Set.of())).containsExactlyInAnyOrder("A", "B");
    assertThat(allowed("free", Set.of())).isEmpty();
    assertThat(allowed("a partner of a drop folder", Set.of())).isEmpty();
  }

  @Test
  void isNoMoreThanItsSourceMay() {
    assertThat(allowed("limited", Set.of("B", "C"))).containsExactly("B");
    assertThat(allowed("free", Set.of("B", "C"))).containsExactlyInAnyOrder("B", "C");
  }

  @Test
  void isNothingWhereTheTwoHaveNothingInCommon() {
    assertThat(allowed("limited", Set.of("C"))).isNotEmpty().doesNotContain("A", "B", "C");
  }

  private Set<String> allowed(String sender, Set<String> ofSource) {
    Submission submission =
        new Submission(
            new Payload(new byte[0], null, Map.of()),
            sender,
            "jms:orders.in",
            null,
            ofSource,
            null,
            Map.of(),
            null);
    assertThat(intake.submit(submission)).isNotDone();
    return taken.get(taken.size() - 1).allowed();
  }
}
