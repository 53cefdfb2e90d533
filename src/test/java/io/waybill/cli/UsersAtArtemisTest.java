package io.waybill.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.waybill.embedded.ArtemisAccess.Permission;
import io.waybill.operator.AccessSettings;
import io.waybill.operator.AccessSettings.Account;
import io.waybill.operator.Audit;
import io.waybill.operator.Passwords;
import io.waybill.operator.Role;
import io.waybill.operator.Users;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@DisplayName("Users at the embedded Artemis")
class UsersAtArtemisTest {

  private static final String ENCODED = Passwords.encode("right");

  private final UsersAtArtemis access =
      new UsersAtArtemis(
          Users.configured(
              new AccessSettings(
                  Map.of(
                      "admin", new Account(ENCODED, Set.of(Role.ADMIN), null),
                      "sender", new Account(ENCODED, Set.of(Role.SUBMITTER), null),
                      "reader", new Account(ENCODED, Set.of(Role.VIEWER), null)),
                  null),
              Clock.systemUTC()),
          Set.of("orders.in", "edi.*"),
          new Audit());

  @Test
  void aSubmitterSendsToIntakeQueuesOnly() {
    assertThat(access.authorize("sender", Permission.SEND, "orders.in")).isTrue();
    assertThat(access.authorize("sender", Permission.SEND, "edi.partner")).isTrue();
    assertThat(access.authorize("sender", Permission.SEND, "erp.orders")).isFalse();
    assertThat(access.authorize("sender", Permission.SEND, "orders.in.other")).isFalse();
  }

  @ParameterizedTest
  @EnumSource(value = Permission.class, mode = EnumSource.Mode.EXCLUDE, names = "SEND")
  void aSubmitterMayNothingElse(Permission permission) {
    assertThat(access.authorize("sender", permission, "orders.in")).isFalse();
  }

  @Test
  void aQueueNamedBehindAnAddressIsNoIntakeQueue() {
    assertThat(access.authorize("sender", Permission.SEND, "orders.in::erp.in")).isFalse();
    assertThat(access.authorize("sender", Permission.SEND, "edi.x::erp.in")).isFalse();
  }

  @Test
  void aSubmitterTakesFromItsOwnQueueOfRepliesOnly() {
    for (Permission permission :
        List.of(Permission.CONSUME, Permission.BROWSE, Permission.CREATE)) {
      for (String own : List.of("replies.sender", "replies.sender::replies.sender")) {
        assertThat(access.authorize("sender", permission, own)).as(own).isTrue();
      }
      for (String other :
          List.of(
              "replies.reader",
              "replies.sender.x",
              "replies.sender::replies.reader",
              "replies.reader::replies.sender",
              "replies.",
              "replies.#")) {
        assertThat(access.authorize("sender", permission, other)).as(other).isFalse();
      }
    }
    assertThat(access.authorize("sender", Permission.SEND, "replies.sender")).isFalse();
  }

  @ParameterizedTest
  @EnumSource(Permission.class)
  void anAdminMayEverythingAndAViewerOnlyLook(Permission permission) {
    assertThat(access.authorize("admin", permission, "orders.in")).isTrue();
    assertThat(access.authorize("reader", permission, "orders.in"))
        .isEqualTo(permission == Permission.BROWSE);
    assertThat(access.authorize("reader", permission, "activemq.notifications")).isFalse();
    assertThat(access.authorize("nobody", permission, "orders.in")).isFalse();
  }

  @Test
  void thePasswordIsThatOfTheApi() {
    assertThat(access.authenticate("sender", "right", "127.0.0.1")).isTrue();
    assertThat(access.authenticate("sender", "wrong", "127.0.0.1")).isFalse();
    assertThat(access.authenticate("nobody", "right", "127.0.0.1")).isFalse();
  }
}
