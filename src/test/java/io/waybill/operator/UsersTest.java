package io.waybill.operator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.waybill.operator.AccessSettings.Account;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("Users")
class UsersTest {

  private static final Clock CLOCK = Clock.systemUTC();
  private static final String HERE = "127.0.0.1";

  @TempDir private Path data;

  @Test
  void aUserIsKnownByItsPasswordAgainAndAgain() {
    Users users = users(new Account(Passwords.encode("right"), Set.of(Role.OPERATOR), null));

    for (int i = 0; i < 3; i++) {
      assertThat(users.login("anna", "right", HERE))
          .isInstanceOfSatisfying(
              Login.In.class, in -> assertThat(in.user().name()).isEqualTo("anna"));
      assertThat(users.login("anna", "wrong", HERE)).isEqualTo(new Login.Wrong());
      assertThat(users.login("bob" + i, "right", HERE)).isEqualTo(new Login.Wrong());
    }
  }

  @Test
  void aRoleContainsOthers() {
    User operator = new User("o", Set.of(Role.OPERATOR), Set.of());

    assertThat(operator.roles()).containsExactlyInAnyOrder(Role.OPERATOR, Role.VIEWER);
    assertThat(new User("a", Set.of(Role.ADMIN), Set.of()).roles()).hasSize(4);
  }

  @Test
  void aReadablePasswordIsRefusedWithWhatToWriteInstead() {
    assertThatThrownBy(() -> users(new Account("right", Set.of(Role.ADMIN), null)))
        .isInstanceOf(AccessSettingsException.class)
        .hasMessageContaining("waybill.users.anna.password")
        .hasMessageContaining("./waybill encode-password")
        .hasMessageNotContaining("right");
    assertThatThrownBy(() -> users(new Account("{noop}right", Set.of(Role.ADMIN), null)))
        .isInstanceOf(AccessSettingsException.class);
    assertThatThrownBy(() -> users(new Account(null, Set.of(Role.ADMIN), null)))
        .hasMessageContaining("password is missing");
    assertThatThrownBy(() -> users(new Account(Passwords.encode("x"), null, null)))
        .hasMessageContaining("roles is missing");
  }

  @Test
  void theGeneratedPasswordStaysAndOnlyItsOwnerCanReadIt() throws Exception {
    String first = AdminPassword.in(data);
    Path file = data.resolve(AdminPassword.FILE);
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));

    assertThat(first).hasSizeGreaterThan(20);
    assertThat(AdminPassword.in(data)).isEqualTo(first);
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        .isEqualTo("rw-------");
    assertThat(Users.onlyAdmin(first, CLOCK).login("admin", first, HERE))
        .isInstanceOfSatisfying(
            Login.In.class, in -> assertThat(in.user().is(Role.OPERATOR)).isTrue());
  }

  private static Users users(Account anna) {
    return Users.configured(new AccessSettings(Map.of("anna", anna), null), CLOCK);
  }
}
