package io.waybill.operator;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.PlainJWT;
import com.nimbusds.jwt.SignedJWT;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Date;
import java.util.concurrent.atomic.AtomicInteger;

/** An OpenID Connect issuer: serves its description and its keys, and signs what it is told to. */
final class TestIssuer implements AutoCloseable {

  static final String AUDIENCE = "waybill";

  final AtomicInteger askedForKeys = new AtomicInteger();

  private final HttpServer server;
  private final RSAKey key;
  private final RSAKey foreign;

  TestIssuer() {
    try {
      key = new RSAKeyGenerator(2048).keyID("key-1").generate();
      foreign = new RSAKeyGenerator(2048).keyID("key-1").generate();
      server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (JOSEException e) {
      throw new IllegalStateException(e);
    }
    server.createContext(
        "/realms/test/.well-known/openid-configuration",
        exchange ->
            answer(
                exchange,
                "{\"issuer\": \"%s\", \"jwks_uri\": \"%s/keys\"}".formatted(address(), address())));
    server.createContext(
        "/realms/test/keys",
        exchange -> {
          askedForKeys.incrementAndGet();
          answer(exchange, new JWKSet(key).toString(true));
        });
    server.start();
  }

  private static void answer(HttpExchange exchange, String json) throws IOException {
    byte[] bytes = json.getBytes(StandardCharsets.UTF_8);
    exchange.getResponseHeaders().add("Content-Type", "application/json");
    exchange.sendResponseHeaders(200, bytes.length);
    exchange.getResponseBody().write(bytes);
    exchange.close();
  }

  String address() {
    return "http://127.0.0.1:%d/realms/test".formatted(server.getAddress().getPort());
  }

  /** What a good token says; more is added by the test. */
  JWTClaimsSet.Builder claims(String name) {
    return new JWTClaimsSet.Builder()
        .issuer(address())
        .subject("subject of " + name)
        .claim("preferred_username", name)
        .audience(AUDIENCE)
        .issueTime(Date.from(Instant.now()))
        .expirationTime(Date.from(Instant.now().plusSeconds(300)));
  }

  String signed(JWTClaimsSet claims) {
    return signed(claims, "key-1", key);
  }

  /** Under our key's id, by another one. */
  String signedByAnother(JWTClaimsSet claims) {
    return signed(claims, "key-1", foreign);
  }

  String signedUnderId(JWTClaimsSet claims, String keyId) {
    return signed(claims, keyId, foreign);
  }

  private static String signed(JWTClaimsSet claims, String keyId, RSAKey by) {
    try {
      SignedJWT token =
          new SignedJWT(new JWSHeader.Builder(JWSAlgorithm.RS256).keyID(keyId).build(), claims);
      token.sign(new RSASSASigner(by));
      return token.serialize();
    } catch (JOSEException e) {
      throw new IllegalStateException(e);
    }
  }

  String unsigned(JWTClaimsSet claims) {
    return new PlainJWT(claims).serialize();
  }

  /** With the public key as if it were a secret, which it is not. */
  String signedWithThePublicKey(JWTClaimsSet claims) {
    try {
      SignedJWT token =
          new SignedJWT(new JWSHeader.Builder(JWSAlgorithm.HS256).keyID("key-1").build(), claims);
      token.sign(new MACSigner(key.toRSAPublicKey().getEncoded()));
      return token.serialize();
    } catch (JOSEException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
