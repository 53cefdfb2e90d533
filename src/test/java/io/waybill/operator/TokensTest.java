package io.waybill.operator;

import static io.waybill.operator.HttpIntakeTest.assertProblem;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.nimbusds.jwt.JWTClaimsSet;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("Tokens of an OpenID Connect issuer")
class TokensTest {

  private static TestIssuer issuer;
  private static Desk desk;

  @BeforeAll
  static void open() {
    issuer = new TestIssuer();
    desk = desk(issuer.address());
  }

  private static Desk desk(String address) {
    return new Desk(
        "--waybill.oidc.issuer=" + address,
        "--waybill.oidc.audience=" + TestIssuer.AUDIENCE,
        "--waybill.oidc.name=preferred_username",
        "--waybill.oidc.roles=realm_access.roles",
        "--waybill.oidc.role-prefix=waybill-",
        "--waybill.oidc.operations=waybill_operations");
  }

  @AfterAll
  static void close() {
    desk.close();
    issuer.close();
  }

  @BeforeEach
  void reset() {
    desk.broker.reset();
  }

  @Test
  void anOperatorDecidesInItsOwnName() {
    desk.post("admin", "/messages/CreateOrder", "{}");
    String token = issuer.signed(withRoles("olga", "waybill-operator", "offline_access").build());

    HttpResponse<String> answer = post(token, "/messages/1/skip", "{\"why\": \"by token\"}");

    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    assertThat(desk.broker.actions).singleElement().matches(action -> action.who().equals("olga"));
    assertThat(get(token, "/lanes").statusCode()).isEqualTo(200);
    assertProblem(post(token, "/messages/CreateOrder", "{}"), 403, "forbidden");
  }

  @Test
  void aSubmitterSendsWhatItsTokenNamesAndReadsWhatItSent() {
    String token =
        issuer.signed(
            withRoles("susi", "waybill-submitter")
                .claim("waybill_operations", List.of("CreateOrder"))
                .build());

    assertThat(post(token, "/messages/CreateOrder", "{}").statusCode()).isEqualTo(202);
    assertProblem(post(token, "/messages/CancelOrder", "{}"), 403, "forbidden");
    desk.post("admin", "/messages/CreateOrder", "{}");
    assertThat(desk.broker.submissions.get(0).sender()).isEqualTo("susi");
    assertThat(desk.broker.submissions.get(0).allowed()).containsExactly("CreateOrder");
    assertThat(get(token, "/messages/1").statusCode()).isEqualTo(200);
    assertProblem(get(token, "/messages/2"), 404, "not-found");
  }

  @Test
  void aSubmitterOfWhomNoOperationIsToldMaySendNothing() {
    String token = issuer.signed(withRoles("susi", "waybill-submitter").build());

    assertProblem(post(token, "/messages/CreateOrder", "{}"), 403, "forbidden");
  }

  @ParameterizedTest
  @ValueSource(strings = {"waybill-boss", "admin", "operator", "WAYBILL-ADMIN", "waybill-admin-x"})
  void anUnknownRoleGivesNothing(String role) {
    String token = issuer.signed(withRoles("eve", role).build());

    assertProblem(get(token, "/messages"), 403, "forbidden");
    assertProblem(get(token, "/lanes"), 403, "forbidden");
  }

  static Stream<Arguments> badTokens() {
    JWTClaimsSet good = withRoles("eve", "waybill-admin").build();
    return Stream.of(
        Arguments.of(
            "expired",
            issuer.signed(
                withRoles("eve", "waybill-admin")
                    .expirationTime(Date.from(Instant.now().minusSeconds(300)))
                    .build())),
        Arguments.of(
            "that never expires",
            issuer.signed(withRoles("eve", "waybill-admin").expirationTime(null).build())),
        Arguments.of(
            "not valid yet",
            issuer.signed(
                withRoles("eve", "waybill-admin")
                    .notBeforeTime(Date.from(Instant.now().plusSeconds(300)))
                    .build())),
        Arguments.of(
            "for another audience",
            issuer.signed(withRoles("eve", "waybill-admin").audience("shop").build())),
        Arguments.of(
            "for nobody",
            issuer.signed(withRoles("eve", "waybill-admin").audience((String) null).build())),
        Arguments.of(
            "of another issuer",
            issuer.signed(
                withRoles("eve", "waybill-admin").issuer("https://other.example").build())),
        Arguments.of("signed by another", issuer.signedByAnother(good)),
        Arguments.of("unsigned", issuer.unsigned(good)),
        Arguments.of("signed with the public key", issuer.signedWithThePublicKey(good)),
        Arguments.of(
            "without a name",
            issuer.signed(
                withRoles("eve", "waybill-admin").claim("preferred_username", null).build())),
        Arguments.of(
            "with the name of a user with a password",
            issuer.signed(withRoles("submitter", "waybill-submitter").build())),
        Arguments.of("that is cut off", issuer.signed(good).substring(0, 200)),
        Arguments.of("that is none", "x.y.z"));
  }

  @ParameterizedTest(name = "a token {0}")
  @MethodSource("badTokens")
  void isRefused(String what, String token) {
    HttpResponse<String> answer = get(token, "/messages");

    assertProblem(answer, 401, "unauthenticated");
    assertThat(answer.headers().allValues("WWW-Authenticate"))
        .anySatisfy(value -> assertThat(value).startsWith("Bearer error=\"invalid_token\""));
    assertThat(answer.body()).doesNotContain(token);
  }

  @Test
  void aTokenInTheAddressIsNotTaken() {
    String token = issuer.signed(withRoles("olga", "waybill-admin").build());

    assertProblem(
        desk.send(
            HttpRequest.newBuilder(
                URI.create(desk.url() + "/api/v1/messages?access_token=" + token))),
        401,
        "unauthenticated");
  }

  @Test
  void passwordsWorkBesideTokens() {
    assertThat(desk.get("viewer", "/messages").statusCode()).isEqualTo(200);
  }

  @Test
  void keysThatNobodyHasAreNotAskedForAgainAndAgain() {
    get(issuer.signed(withRoles("olga", "waybill-viewer").build()), "/messages");
    int before = issuer.askedForKeys.get();
    JWTClaimsSet claims = withRoles("eve", "waybill-admin").build();
    for (int i = 0; i < 50; i++) {
      assertThat(get(issuer.signedUnderId(claims, "invented-" + i), "/messages").statusCode())
          .isIn(401, 503);
    }
    assertThat(issuer.askedForKeys.get() - before).isLessThan(5);
    assertThat(
            get(issuer.signed(withRoles("olga", "waybill-viewer").build()), "/messages")
                .statusCode())
        .as("a good one is still taken")
        .isEqualTo(200);
  }

  @Test
  void withoutItsIssuerNobodyIsLetInByTokenAndThatIsSaid() {
    TestIssuer gone = new TestIssuer();
    String token = gone.signed(gone.claims("olga").build());
    String address = gone.address();
    gone.close();
    try (Desk alone = desk(address)) {
      HttpResponse<String> answer =
          alone.send(
              HttpRequest.newBuilder(URI.create(alone.url() + "/api/v1/messages"))
                  .header("Authorization", "Bearer " + token));

      assertProblem(answer, 503, "not-now");
      assertThat(answer.headers().firstValue("Retry-After")).hasValue("10");
      assertThat(alone.get("viewer", "/messages").statusCode()).isEqualTo(200);
    }
  }

  @Test
  void whereNoIssuerIsConfiguredATokenIsRefusedWithTheReason() {
    try (Desk none = new Desk()) {
      HttpResponse<String> answer =
          none.send(
              HttpRequest.newBuilder(URI.create(none.url() + "/api/v1/messages"))
                  .header("Authorization", "Bearer x.y.z"));
      assertProblem(answer, 401, "unauthenticated");
      assertThat(answer.body()).contains("waybill.oidc");
    }
  }

  @Test
  void anIssuerThatAnybodyCouldStandInForIsRefused() {
    assertThatThrownBy(() -> settings("http://login.example.com", "waybill").requiredIssuer())
        .isInstanceOf(AccessSettingsException.class)
        .hasMessageContaining("waybill.oidc.issuer")
        .hasMessageContaining("https://");
    assertThatThrownBy(() -> settings("https://login.example.com", " ").requiredAudience())
        .hasMessageContaining("waybill.oidc.audience is missing");
    assertThat(settings("https://login.example.com", "w").requiredIssuer())
        .isEqualTo("https://login.example.com");
  }

  private static OidcSettings settings(String address, String audience) {
    return new OidcSettings(address, audience, "sub", "roles", "", null, null);
  }

  private static JWTClaimsSet.Builder withRoles(String name, String... roles) {
    return issuer.claims(name).claim("realm_access", Map.of("roles", List.of(roles)));
  }

  private static HttpResponse<String> get(String token, String path) {
    return desk.send(request(token, path));
  }

  private static HttpResponse<String> post(String token, String path, String body) {
    return desk.send(
        request(token, path)
            .header("Content-Type", "application/json")
            .POST(BodyPublishers.ofString(body)));
  }

  private static HttpRequest.Builder request(String token, String path) {
    return HttpRequest.newBuilder(URI.create(desk.url() + "/api/v1" + path))
        .header("Authorization", "Bearer " + token);
  }
}
