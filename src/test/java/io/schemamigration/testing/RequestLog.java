package io.schemamigration.testing;

import io.fabric8.kubernetes.client.http.BasicBuilder;
import io.fabric8.kubernetes.client.http.HttpRequest;
import io.fabric8.kubernetes.client.http.Interceptor;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * The requests of the clients that were made with {@link KubeApi#countedClient}, in the order in
 * which they were sent, watches and retries included.
 */
public final class RequestLog implements Interceptor {
  private final List<Request> requests = new ArrayList<>();

  /** One request; the query is empty if there was none. */
  public record Request(String method, String path, String query) {

    public boolean isWatch() {
      return query.contains("watch=true");
    }

    @Override
    public String toString() {
      return method + " " + path + (query.isEmpty() ? "" : "?" + query);
    }
  }

  @Override
  public synchronized void before(BasicBuilder builder, HttpRequest request, RequestTags tags) {
    requests.add(
        new Request(
            Objects.requireNonNullElse(request.method(), "GET"),
            request.uri().getPath(),
            Objects.requireNonNullElse(request.uri().getQuery(), "")));
  }

  /** This moment, for {@link #since}. */
  public synchronized int mark() {
    return requests.size();
  }

  /** The requests after that moment. */
  public synchronized List<Request> since(int mark) {
    return List.copyOf(requests.subList(mark, requests.size()));
  }

  public List<Request> all() {
    return since(0);
  }
}
