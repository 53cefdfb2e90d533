package io.waybill.camel;

import io.waybill.broker.Posting;
import io.waybill.message.Outcome;
import io.waybill.message.Reason;
import io.waybill.message.Reply;
import io.waybill.spec.Destination;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.springframework.transaction.CannotCreateTransactionException;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.TransactionException;
import org.springframework.transaction.TransactionTimedOutException;
import org.springframework.transaction.UnexpectedRollbackException;
import org.springframework.transaction.support.TransactionSynchronizationManager;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Runs the route of a transactional destination and the record of its effect in one transaction of
 * the broker's database. The record is written first: whoever loses the race for it waits for the
 * winner, and finds the effect performed.
 */
public final class OneTransaction {

  /** Writes the record of an effect, in the transaction of the calling thread. */
  @FunctionalInterface
  public interface Claim {
    /** False where the effect of that posting is recorded already. */
    boolean claim(Posting posting);
  }

  /** Keeps the answer to a posting, in the transaction of the calling thread. */
  @FunctionalInterface
  public interface Keep {
    /** Keeps it. */
    void keep(Posting posting, Reply reply);
  }

  private final PlatformTransactionManager transactions;
  private final Claim claim;
  private final Predicate<@Nullable Object> otherDataSource;
  private final Failures failures;
  private final Keep keep;

  /**
   * One transaction of that manager.
   *
   * @param otherDataSource knows the data sources on which nothing belongs to the transaction
   */
  public OneTransaction(
      PlatformTransactionManager transactions,
      Claim claim,
      Predicate<@Nullable Object> otherDataSource,
      Failures failures) {
    this(transactions, claim, otherDataSource, failures, (posting, reply) -> {});
  }

  /**
   * The same, with replies.
   *
   * @param keep writes the reply with the effect, so that whoever finds the one finds the other
   */
  public OneTransaction(
      PlatformTransactionManager transactions,
      Claim claim,
      Predicate<@Nullable Object> otherDataSource,
      Failures failures,
      Keep keep) {
    this.keep = keep;
    this.transactions = transactions;
    this.claim = claim;
    this.otherDataSource = otherDataSource;
    this.failures = failures;
  }

  /** Whether this is a data source on which nothing belongs to the transaction. */
  boolean leavesOut(@Nullable Object dataSource) {
    return otherDataSource.test(dataSource);
  }

  /** Performs it once. */
  Outcome perform(Posting posting, Destination destination, Supplier<Outcome> route) {
    TransactionTemplate template = new TransactionTemplate(transactions);
    template.setName("waybill " + posting.id());
    template.setTimeout((int) Math.max(1, destination.timeout().toSeconds()));
    try {
      Outcome outcome =
          template.execute(
              status -> {
                if (!claim.claim(posting)) {
                  return new Outcome.Posted("performed by an earlier attempt");
                }
                Outcome came = unlessElsewhere(route.get(), destination);
                if (!(came instanceof Outcome.Posted posted)) {
                  status.setRollbackOnly();
                } else if (posted.reply() != null) {
                  keep.keep(posting, posted.reply());
                }
                return came;
              });
      return java.util.Objects.requireNonNull(outcome);
    } catch (CannotCreateTransactionException e) {
      return new Outcome.Unavailable("No transaction could be started: " + e, null);
    } catch (TransactionTimedOutException | UnexpectedRollbackException e) {
      return new Outcome.Transient("The transaction was rolled back: " + e, null);
    } catch (TransactionException e) {
      return new Outcome.Ambiguous("The answer to the commit was lost: " + e);
    } catch (RuntimeException e) {
      return failures.classify(e, destination);
    }
  }

  /**
   * Spring binds to the thread what each data source has been used with until the transaction ends:
   * so it is seen however the route came to use it.
   */
  private Outcome unlessElsewhere(Outcome came, Destination destination) {
    return TransactionSynchronizationManager.getResourceMap().keySet().stream()
            .anyMatch(this::leavesOut)
        ? new Outcome.Refused(
            Reason.REFUSED,
            "The route of the transactional destination '%s' used another data source than the"
                    .formatted(destination.name())
                + " broker's. What it did there stands; everything else was rolled back. Use the"
                + " broker's data source, or choose another delivery.")
        : came;
  }
}
