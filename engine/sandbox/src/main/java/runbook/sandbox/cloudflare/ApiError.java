package runbook.sandbox.cloudflare;

/** What was asked for is not done: a status, and a code that says why. */
final class ApiError extends RuntimeException {
  private static final long serialVersionUID = 1;
  private final int status;
  private final int code;

  private ApiError(int status, int code, String message) {
    super(message, null, false, false);
    this.status = status;
    this.code = code;
  }

  int status() {
    return status;
  }

  int code() {
    return code;
  }

  static ApiError noHeader() {
    return new ApiError(400, 9106, "Missing X-Auth-Key, X-Auth-Email or Authorization headers");
  }

  static ApiError invalidToken() {
    return new ApiError(401, 1000, "Invalid API Token");
  }

  /** Who bears the token is not known, with 401, or may not do it, with 403. */
  static ApiError authentication(int status) {
    return new ApiError(status, 10000, "Authentication error");
  }

  static ApiError tooManyRequests() {
    return new ApiError(429, 971, "Please wait and consider throttling your request speed");
  }

  static ApiError badPage(String parameter) {
    return new ApiError(400, 1002, "Invalid " + parameter);
  }

  static ApiError badUri() {
    return new ApiError(
        404, 7003, "Could not route to the given path, perhaps your object identifier is invalid?");
  }

  static ApiError noRoute() {
    return new ApiError(404, 10005, "workers.api.error.not_found");
  }

  static ApiError noScript() {
    return new ApiError(404, 10007, "workers.api.error.script_not_found");
  }

  static ApiError badScript() {
    return new ApiError(400, 10019, "workers.api.error.script_not_found");
  }

  static ApiError duplicateRoute() {
    return new ApiError(409, 10020, "workers.api.error.duplicate_route");
  }

  static ApiError badPattern() {
    return new ApiError(400, 10022, "workers.api.error.invalid_route_pattern");
  }

  static ApiError badBody() {
    return new ApiError(400, 10026, "workers.api.error.invalid_route_body");
  }
}
