package io.waybill.bench.limit;

import io.waybill.bench.candidate.Door;
import io.waybill.bench.candidate.Surroundings;
import io.waybill.bench.door.HttpSender;
import io.waybill.bench.work.Documents;
import jakarta.jms.Connection;
import jakarta.jms.MessageConsumer;
import jakarta.jms.Session;
import jakarta.jms.TextMessage;
import java.net.URI;

/** The program that only posts: as many documents to the HTTP destination as it is told. */
public final class BareLoad {

  private BareLoad() {}

  public static void main(String[] arguments) throws Exception {
    Surroundings here = Surroundings.here();
    try (HttpSender sender = new HttpSender(URI.create(here.httpUrl()), Door.CONNECTIONS);
        Connection connection = here.connections().createConnection()) {
      connection.start();
      Session session = connection.createSession(false, Session.AUTO_ACKNOWLEDGE);
      MessageConsumer consumer = session.createConsumer(session.createQueue(here.in()));
      Surroundings.say();
      while (true) {
        String[] told = ((TextMessage) consumer.receive()).getText().split(" ");
        sender.give(new Documents(told[0], Double.parseDouble(told[2])), Integer.parseInt(told[1]));
        sender.begin();
      }
    }
  }
}
