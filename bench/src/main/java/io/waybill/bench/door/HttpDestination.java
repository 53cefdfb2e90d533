package io.waybill.bench.door;

import io.waybill.bench.judge.Tally;
import io.waybill.bench.judge.Verdict;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** An HTTP server that remembers what it got, and tells. */
record HttpDestination(URI address) implements Destination {

  @Override
  public long arrived() {
    try {
      return Long.parseLong(ask("GET").get(0));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public Verdict judge(String sample, int sent) throws IOException {
    Tally tally = new Tally(sample, sent);
    ask("DELETE").forEach(tally::add);
    return tally.verdict();
  }

  private List<String> ask(String method) throws IOException {
    HttpURLConnection connection = (HttpURLConnection) address.toURL().openConnection();
    connection.setRequestMethod(method);
    connection.setConnectTimeout(10_000);
    connection.setReadTimeout(60_000);
    try (BufferedReader lines =
        new BufferedReader(
            new InputStreamReader(connection.getInputStream(), StandardCharsets.US_ASCII))) {
      return lines.lines().toList();
    }
  }
}
