// The SDK announces on every load that it will one day want a newer Node; that is noise in every test.
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = 'true';
