package io.waybill.cli;

import io.waybill.broker.Housekeeper;
import io.waybill.camel.WaybillIdempotentRepository;
import io.waybill.journal.Housekeeping;
import io.waybill.journal.IdempotentKeys;
import io.waybill.journal.JournalSchema;
import io.waybill.journal.PostedMemory;
import io.waybill.message.PostedAs;
import io.waybill.operator.Keeping;
import io.waybill.spec.Specification;
import java.time.Clock;
import java.time.Duration;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.convert.DurationStyle;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.Environment;

/** What is kept how long, and what routes remember by themselves. */
@Configuration(proxyBeanMethods = false)
class KeepingConfiguration {

  @Bean
  Housekeeping housekeeping(
      DataSource database,
      JournalSchema schema,
      Environment settings,
      Specification specification) {
    return new Housekeeping(
        database,
        new Housekeeping.Keep(
            kept(settings, "waybill.keep.payloads", "90d"),
            kept(settings, "waybill.keep.messages", "400d"),
            kept(settings, "waybill.keep.keys", "90d"),
            specification::remembered));
  }

  @Bean(initMethod = "start")
  Housekeeper housekeeper(Housekeeping housekeeping, Environment settings, Clock clock) {
    return new Housekeeper(
        housekeeping,
        new Housekeeper.Pace(
            time(settings, "waybill.keep.every", "1h"),
            batch(settings),
            time(settings, "waybill.keep.pause", "50ms")),
        clock);
  }

  private static @Nullable Duration kept(Environment settings, String key, String usual) {
    return settings.getProperty(key, usual).strip().equals("forever")
        ? null
        : time(settings, key, usual);
  }

  private static Duration time(Environment settings, String key, String usual) {
    String text = settings.getProperty(key, usual).strip();
    if (!text.matches("[0-9]{1,9}(ms|s|m|h|d)")) {
      throw new StartRefused(
          ExitCode.USAGE,
          "%s is no time: '%s'".formatted(key, text),
          "Write e.g. 100ms, 1h or 90d; what is kept may also be kept forever.",
          null);
    }
    Duration time = DurationStyle.SIMPLE.parse(text);
    if (time.isZero() && !key.endsWith("pause")) {
      throw new StartRefused(
          ExitCode.USAGE, "%s cannot be zero".formatted(key), "Write e.g. 1h or 90d.", null);
    }
    return time;
  }

  private static int batch(Environment settings) {
    String text = settings.getProperty("waybill.keep.batch", "500").strip();
    if (!text.matches("[1-9][0-9]{0,4}|100000")) {
      throw new StartRefused(
          ExitCode.USAGE,
          "waybill.keep.batch is '%s'".formatted(text),
          "Write a whole number from 1 to 100000.",
          null);
    }
    return Integer.parseInt(text);
  }

  @Bean
  Keeping keeping(Housekeeper housekeeper, DataSource database, JournalSchema schema, Clock clock) {
    PostedMemory memory = new PostedMemory(database);
    return new Keeping() {
      @Override
      public Housekeeper.Report report() {
        return housekeeper.report();
      }

      @Override
      public long remembered(PostedAs fact) {
        return memory.count(fact);
      }

      @Override
      public long forget(PostedAs fact, String who, String why) {
        return memory.forget(fact, who, why, clock.instant());
      }
    };
  }

  @Bean
  WaybillIdempotentRepository.Keys idempotentKeys(
      DataSource database, JournalSchema schema, Clock clock) {
    IdempotentKeys keys = new IdempotentKeys(database, BrokerConfiguration.node(), clock);
    return new WaybillIdempotentRepository.Keys() {
      @Override
      public boolean add(String repository, String key, boolean done) {
        return keys.add(repository, key, done);
      }

      @Override
      public boolean contains(String repository, String key) {
        return keys.contains(repository, key);
      }

      @Override
      public boolean confirm(String repository, String key) {
        return keys.confirm(repository, key);
      }

      @Override
      public boolean remove(String repository, String key) {
        return keys.remove(repository, key);
      }

      @Override
      public void clear(String repository) {
        keys.clear(repository);
      }
    };
  }

  /** What routes name as {@code #waybillIdempotent}. */
  @Bean
  WaybillIdempotentRepository waybillIdempotent(WaybillIdempotentRepository.Keys keys) {
    return new WaybillIdempotentRepository(keys);
  }
}
