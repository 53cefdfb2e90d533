package io.waybill.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.mock.env.MockEnvironment;

@DisplayName("Where programs reach the broker")
class NetworkDoorsTest {

  @ParameterizedTest
  @CsvSource({
    "server.address=127.0.0.1",
    "server.address=localhost",
    "server.address=::1",
    "waybill.acceptor=tcp://0.0.0.0:0",
    "management.server.port=8080"
  })
  void onThisMachineNothingIsAskedFor(String setting) {
    assertThatCode(() -> doors(setting).require(false)).doesNotThrowAnyException();
  }

  @ParameterizedTest
  @CsvSource({
    "server.address, 0.0.0.0",
    "server.address, ''",
    "server.address, ::",
    "server.address, 192.0.2.7",
    "waybill.acceptor, tcp://0.0.0.0:61616",
    "waybill.acceptor, tcp://192.0.2.7:61616",
    "management.server.port, 9000"
  })
  void beyondItUsersAndEncryptionAre(String name, String value) {
    NetworkDoors doors = doors(name + "=" + value);
    String setting = name.replace(".port", ".address");

    assertThatThrownBy(() -> doors.require(false))
        .isInstanceOfSatisfying(
            StartRefused.class,
            e -> {
              assertThat(e.exitCode()).isEqualTo(ExitCode.USAGE);
              assertThat(e.remedy())
                  .contains("waybill.users", "waybill.oidc", setting, "127.0.0.1");
            })
        .hasMessageContaining(setting)
        .hasMessageContaining("no users are configured");
    assertThatThrownBy(() -> doors.require(true))
        .isInstanceOfSatisfying(
            StartRefused.class,
            e -> assertThat(e.remedy()).contains("ssl", "bundle", "waybill.insecure-bind"))
        .hasMessageContaining(setting)
        .hasMessageContaining("unencrypted");
  }

  @Test
  void withACertificateOrWhenItIsSaidSoTheyOpen() {
    for (String[] settings :
        new String[][] {
          {"server.address=0.0.0.0", "server.ssl.bundle=web"},
          {"server.address=0.0.0.0", "server.ssl.key-store=web.p12"},
          {"server.address=0.0.0.0", "waybill.insecure-bind=true"},
          {"waybill.acceptor=tcp://0.0.0.0:61616", "waybill.acceptor-ssl-bundle=web"},
          {"waybill.acceptor=tcp://0.0.0.0:61616", "waybill.insecure-bind=true"},
          {"waybill.acceptor=tcp://0.0.0.0:61616", "spring.artemis.broker-url=tcp://jms:61616"}
        }) {
      assertThatCode(() -> doors(settings).require(true)).doesNotThrowAnyException();
    }
  }

  @Test
  void neitherOfThemStandsInForTheOther() {
    assertThatThrownBy(
            () ->
                doors(
                        "server.address=0.0.0.0",
                        "waybill.acceptor=tcp://0.0.0.0:61616",
                        "server.ssl.bundle=web")
                    .require(true))
        .hasMessageContaining("waybill.acceptor");
    assertThatThrownBy(
            () -> doors("server.address=0.0.0.0", "waybill.insecure-bind=true").require(false))
        .hasMessageContaining("no users");
    assertThatThrownBy(
            () ->
                doors("server.address=0.0.0.0", "server.ssl.bundle=web", "server.ssl.enabled=false")
                    .require(true))
        .hasMessageContaining("unencrypted");
  }

  private static NetworkDoors doors(String... settings) {
    MockEnvironment environment = new MockEnvironment();
    List<String> all = new ArrayList<>(List.of("server.address=127.0.0.1", "server.port=8080"));
    all.addAll(Arrays.asList(settings));
    for (String setting : all) {
      int equals = setting.indexOf('=');
      environment.setProperty(setting.substring(0, equals), setting.substring(equals + 1));
    }
    return NetworkDoors.of(environment);
  }
}
