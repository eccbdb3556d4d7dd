/*eslint-disable block-scoped-var, id-length, no-control-regex, no-magic-numbers, no-mixed-operators, no-prototype-builtins, no-redeclare, no-shadow, no-var, sort-vars, default-case, jsdoc/require-param*/
import $protobuf from "protobufjs/minimal.js";

// Common aliases
const $Reader = $protobuf.Reader, $Writer = $protobuf.Writer, $util = $protobuf.util;
const $Object = $util.global.Object, $undefined = $util.global.undefined, $Error = $util.global.Error, $RangeError = $util.global.RangeError, $Array = $util.global.Array;

// Exported root namespace
const $root = $protobuf.roots["default"] || ($protobuf.roots["default"] = {});

export const banyan = $root.banyan = (() => {

    /**
     * Namespace banyan.
     * @exports banyan
     * @namespace
     */
    const banyan = {};

    banyan.v1 = (function() {

        /**
         * Namespace v1.
         * @memberof banyan
         * @namespace
         */
        const v1 = {};

        v1.Envelope = (function() {

            /**
             * Properties of an Envelope.
             * @typedef {Object} banyan.v1.Envelope.$Properties
             * @property {number|null} [requestId] Envelope requestId
             * @property {banyan.v1.Hello.$Properties|null} [hello] Envelope hello
             * @property {banyan.v1.Welcome.$Properties|null} [welcome] Envelope welcome
             * @property {banyan.v1.Reauth.$Properties|null} [reauth] Envelope reauth
             * @property {banyan.v1.ReauthDone.$Properties|null} [reauthDone] Envelope reauthDone
             * @property {banyan.v1.Revocations.$Properties|null} [revocations] Envelope revocations
             * @property {banyan.v1.Publish.$Properties|null} [publish] Envelope publish
             * @property {banyan.v1.PublishAck.$Properties|null} [publishAck] Envelope publishAck
             * @property {banyan.v1.Search.$Properties|null} [search] Envelope search
             * @property {banyan.v1.Hits.$Properties|null} [hits] Envelope hits
             * @property {banyan.v1.SearchDone.$Properties|null} [searchDone] Envelope searchDone
             * @property {banyan.v1.FindSources.$Properties|null} [findSources] Envelope findSources
             * @property {banyan.v1.Sources.$Properties|null} [sources] Envelope sources
             * @property {banyan.v1.Cancel.$Properties|null} [cancel] Envelope cancel
             * @property {banyan.v1.Draining.$Properties|null} [draining] Envelope draining
             * @property {banyan.v1.Error.$Properties|null} [error] Envelope error
             * @property {banyan.v1.Reachability.$Properties|null} [reachability] Envelope reachability
             * @property {banyan.v1.BadSource.$Properties|null} [badSource] Envelope badSource
             * @property {banyan.v1.LinkState.$Properties|null} [linkState] Envelope linkState
             * @property {banyan.v1.Credit.$Properties|null} [credit] Envelope credit
             * @property {banyan.v1.Suggest.$Properties|null} [suggest] Envelope suggest
             * @property {banyan.v1.Suggestions.$Properties|null} [suggestions] Envelope suggestions
             * @property {banyan.v1.CheckReach.$Properties|null} [checkReach] Envelope checkReach
             * @property {banyan.v1.ReachChecked.$Properties|null} [reachChecked] Envelope reachChecked
             * @property {banyan.v1.UploadOffer.$Properties|null} [uploadOffer] Envelope uploadOffer
             * @property {string|null} [traceparent] Envelope traceparent
             * @property {"hello"|"welcome"|"reauth"|"reauthDone"|"revocations"|"publish"|"publishAck"|"search"|"hits"|"searchDone"|"findSources"|"sources"|"cancel"|"draining"|"error"|"reachability"|"badSource"|"linkState"|"credit"|"suggest"|"suggestions"|"checkReach"|"reachChecked"|"uploadOffer"} [body] Envelope body
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */

            /**
             * Properties of an Envelope.
             * @memberof banyan.v1
             * @interface IEnvelope
             * @augments banyan.v1.Envelope.$Properties
             * @deprecated Use banyan.v1.Envelope.$Properties instead.
             */

            /**
             * Narrowed shape of an Envelope.
             * @typedef {{
             *   requestId?: number|null;
             *   hello?: banyan.v1.Hello.$Shape|null;
             *   welcome?: banyan.v1.Welcome.$Shape|null;
             *   reauth?: banyan.v1.Reauth.$Shape|null;
             *   reauthDone?: banyan.v1.ReauthDone.$Shape|null;
             *   revocations?: banyan.v1.Revocations.$Shape|null;
             *   publish?: banyan.v1.Publish.$Shape|null;
             *   publishAck?: banyan.v1.PublishAck.$Shape|null;
             *   search?: banyan.v1.Search.$Shape|null;
             *   hits?: banyan.v1.Hits.$Shape|null;
             *   searchDone?: banyan.v1.SearchDone.$Shape|null;
             *   findSources?: banyan.v1.FindSources.$Shape|null;
             *   sources?: banyan.v1.Sources.$Shape|null;
             *   cancel?: banyan.v1.Cancel.$Shape|null;
             *   draining?: banyan.v1.Draining.$Shape|null;
             *   error?: banyan.v1.Error.$Shape|null;
             *   reachability?: banyan.v1.Reachability.$Shape|null;
             *   badSource?: banyan.v1.BadSource.$Shape|null;
             *   linkState?: banyan.v1.LinkState.$Shape|null;
             *   credit?: banyan.v1.Credit.$Shape|null;
             *   suggest?: banyan.v1.Suggest.$Shape|null;
             *   suggestions?: banyan.v1.Suggestions.$Shape|null;
             *   checkReach?: banyan.v1.CheckReach.$Shape|null;
             *   reachChecked?: banyan.v1.ReachChecked.$Shape|null;
             *   uploadOffer?: banyan.v1.UploadOffer.$Shape|null;
             *   traceparent?: string|null;
             *   $unknowns?: Array.<Uint8Array>;
             * } & (
             *   ({ body?: undefined; hello?: null; welcome?: null; reauth?: null; reauthDone?: null; revocations?: null; publish?: null; publishAck?: null; search?: null; hits?: null; searchDone?: null; findSources?: null; sources?: null; cancel?: null; draining?: null; error?: null; reachability?: null; badSource?: null; linkState?: null; credit?: null; suggest?: null; suggestions?: null; checkReach?: null; reachChecked?: null; uploadOffer?: null }|{ body?: "hello"; hello: banyan.v1.Hello.$Shape; welcome?: null; reauth?: null; reauthDone?: null; revocations?: null; publish?: null; publishAck?: null; search?: null; hits?: null; searchDone?: null; findSources?: null; sources?: null; cancel?: null; draining?: null; error?: null; reachability?: null; badSource?: null; linkState?: null; credit?: null; suggest?: null; suggestions?: null; checkReach?: null; reachChecked?: null; uploadOffer?: null }|{ body?: "welcome"; hello?: null; welcome: banyan.v1.Welcome.$Shape; reauth?: null; reauthDone?: null; revocations?: null; publish?: null; publishAck?: null; search?: null; hits?: null; searchDone?: null; findSources?: null; sources?: null; cancel?: null; draining?: null; error?: null; reachability?: null; badSource?: null; linkState?: null; credit?: null; suggest?: null; suggestions?: null; checkReach?: null; reachChecked?: null; uploadOffer?: null }|{ body?: "reauth"; hello?: null; welcome?: null; reauth: banyan.v1.Reauth.$Shape; reauthDone?: null; revocations?: null; publish?: null; publishAck?: null; search?: null; hits?: null; searchDone?: null; findSources?: null; sources?: null; cancel?: null; draining?: null; error?: null; reachability?: null; badSource?: null; linkState?: null; credit?: null; suggest?: null; suggestions?: null; checkReach?: null; reachChecked?: null; uploadOffer?: null }|{ body?: "reauthDone"; hello?: null; welcome?: null; reauth?: null; reauthDone: banyan.v1.ReauthDone.$Shape; revocations?: null; publish?: null; publishAck?: null; search?: null; hits?: null; searchDone?: null; findSources?: null; sources?: null; cancel?: null; draining?: null; error?: null; reachability?: null; badSource?: null; linkState?: null; credit?: null; suggest?: null; suggestions?: null; checkReach?: null; reachChecked?: null; uploadOffer?: null }|{ body?: "revocations"; hello?: null; welcome?: null; reauth?: null; reauthDone?: null; revocations: banyan.v1.Revocations.$Shape; publish?: null; publishAck?: null; search?: null; hits?: null; searchDone?: null; findSources?: null; sources?: null; cancel?: null; draining?: null; error?: null; reachability?: null; badSource?: null; linkState?: null; credit?: null; suggest?: null; suggestions?: null; checkReach?: null; reachChecked?: null; uploadOffer?: null }|{ body?: "publish"; hello?: null; welcome?: null; reauth?: null; reauthDone?: null; revocations?: null; publish: banyan.v1.Publish.$Shape; publishAck?: null; search?: null; hits?: null; searchDone?: null; findSources?: null; sources?: null; cancel?: null; draining?: null; error?: null; reachability?: null; badSource?: null; linkState?: null; credit?: null; suggest?: null; suggestions?: null; checkReach?: null; reachChecked?: null; uploadOffer?: null }|{ body?: "publishAck"; hello?: null; welcome?: null; reauth?: null; reauthDone?: null; revocations?: null; publish?: null; publishAck: banyan.v1.PublishAck.$Shape; search?: null; hits?: null; searchDone?: null; findSources?: null; sources?: null; cancel?: null; draining?: null; error?: null; reachability?: null; badSource?: null; linkState?: null; credit?: null; suggest?: null; suggestions?: null; checkReach?: null; reachChecked?: null; uploadOffer?: null }|{ body?: "search"; hello?: null; welcome?: null; reauth?: null; reauthDone?: null; revocations?: null; publish?: null; publishAck?: null; search: banyan.v1.Search.$Shape; hits?: null; searchDone?: null; findSources?: null; sources?: null; cancel?: null; draining?: null; error?: null; reachability?: null; badSource?: null; linkState?: null; credit?: null; suggest?: null; suggestions?: null; checkReach?: null; reachChecked?: null; uploadOffer?: null }|{ body?: "hits"; hello?: null; welcome?: null; reauth?: null; reauthDone?: null; revocations?: null; publish?: null; publishAck?: null; search?: null; hits: banyan.v1.Hits.$Shape; searchDone?: null; findSources?: null; sources?: null; cancel?: null; draining?: null; error?: null; reachability?: null; badSource?: null; linkState?: null; credit?: null; suggest?: null; suggestions?: null; checkReach?: null; reachChecked?: null; uploadOffer?: null }|{ body?: "searchDone"; hello?: null; welcome?: null; reauth?: null; reauthDone?: null; revocations?: null; publish?: null; publishAck?: null; search?: null; hits?: null; searchDone: banyan.v1.SearchDone.$Shape; findSources?: null; sources?: null; cancel?: null; draining?: null; error?: null; reachability?: null; badSource?: null; linkState?: null; credit?: null; suggest?: null; suggestions?: null; checkReach?: null; reachChecked?: null; uploadOffer?: null }|{ body?: "findSources"; hello?: null; welcome?: null; reauth?: null; reauthDone?: null; revocations?: null; publish?: null; publishAck?: null; search?: null; hits?: null; searchDone?: null; findSources: banyan.v1.FindSources.$Shape; sources?: null; cancel?: null; draining?: null; error?: null; reachability?: null; badSource?: null; linkState?: null; credit?: null; suggest?: null; suggestions?: null; checkReach?: null; reachChecked?: null; uploadOffer?: null }|{ body?: "sources"; hello?: null; welcome?: null; reauth?: null; reauthDone?: null; revocations?: null; publish?: null; publishAck?: null; search?: null; hits?: null; searchDone?: null; findSources?: null; sources: banyan.v1.Sources.$Shape; cancel?: null; draining?: null; error?: null; reachability?: null; badSource?: null; linkState?: null; credit?: null; suggest?: null; suggestions?: null; checkReach?: null; reachChecked?: null; uploadOffer?: null }|{ body?: "cancel"; hello?: null; welcome?: null; reauth?: null; reauthDone?: null; revocations?: null; publish?: null; publishAck?: null; search?: null; hits?: null; searchDone?: null; findSources?: null; sources?: null; cancel: banyan.v1.Cancel.$Shape; draining?: null; error?: null; reachability?: null; badSource?: null; linkState?: null; credit?: null; suggest?: null; suggestions?: null; checkReach?: null; reachChecked?: null; uploadOffer?: null }|{ body?: "draining"; hello?: null; welcome?: null; reauth?: null; reauthDone?: null; revocations?: null; publish?: null; publishAck?: null; search?: null; hits?: null; searchDone?: null; findSources?: null; sources?: null; cancel?: null; draining: banyan.v1.Draining.$Shape; error?: null; reachability?: null; badSource?: null; linkState?: null; credit?: null; suggest?: null; suggestions?: null; checkReach?: null; reachChecked?: null; uploadOffer?: null }|{ body?: "error"; hello?: null; welcome?: null; reauth?: null; reauthDone?: null; revocations?: null; publish?: null; publishAck?: null; search?: null; hits?: null; searchDone?: null; findSources?: null; sources?: null; cancel?: null; draining?: null; error: banyan.v1.Error.$Shape; reachability?: null; badSource?: null; linkState?: null; credit?: null; suggest?: null; suggestions?: null; checkReach?: null; reachChecked?: null; uploadOffer?: null }|{ body?: "reachability"; hello?: null; welcome?: null; reauth?: null; reauthDone?: null; revocations?: null; publish?: null; publishAck?: null; search?: null; hits?: null; searchDone?: null; findSources?: null; sources?: null; cancel?: null; draining?: null; error?: null; reachability: banyan.v1.Reachability.$Shape; badSource?: null; linkState?: null; credit?: null; suggest?: null; suggestions?: null; checkReach?: null; reachChecked?: null; uploadOffer?: null }|{ body?: "badSource"; hello?: null; welcome?: null; reauth?: null; reauthDone?: null; revocations?: null; publish?: null; publishAck?: null; search?: null; hits?: null; searchDone?: null; findSources?: null; sources?: null; cancel?: null; draining?: null; error?: null; reachability?: null; badSource: banyan.v1.BadSource.$Shape; linkState?: null; credit?: null; suggest?: null; suggestions?: null; checkReach?: null; reachChecked?: null; uploadOffer?: null }|{ body?: "linkState"; hello?: null; welcome?: null; reauth?: null; reauthDone?: null; revocations?: null; publish?: null; publishAck?: null; search?: null; hits?: null; searchDone?: null; findSources?: null; sources?: null; cancel?: null; draining?: null; error?: null; reachability?: null; badSource?: null; linkState: banyan.v1.LinkState.$Shape; credit?: null; suggest?: null; suggestions?: null; checkReach?: null; reachChecked?: null; uploadOffer?: null }|{ body?: "credit"; hello?: null; welcome?: null; reauth?: null; reauthDone?: null; revocations?: null; publish?: null; publishAck?: null; search?: null; hits?: null; searchDone?: null; findSources?: null; sources?: null; cancel?: null; draining?: null; error?: null; reachability?: null; badSource?: null; linkState?: null; credit: banyan.v1.Credit.$Shape; suggest?: null; suggestions?: null; checkReach?: null; reachChecked?: null; uploadOffer?: null }|{ body?: "suggest"; hello?: null; welcome?: null; reauth?: null; reauthDone?: null; revocations?: null; publish?: null; publishAck?: null; search?: null; hits?: null; searchDone?: null; findSources?: null; sources?: null; cancel?: null; draining?: null; error?: null; reachability?: null; badSource?: null; linkState?: null; credit?: null; suggest: banyan.v1.Suggest.$Shape; suggestions?: null; checkReach?: null; reachChecked?: null; uploadOffer?: null }|{ body?: "suggestions"; hello?: null; welcome?: null; reauth?: null; reauthDone?: null; revocations?: null; publish?: null; publishAck?: null; search?: null; hits?: null; searchDone?: null; findSources?: null; sources?: null; cancel?: null; draining?: null; error?: null; reachability?: null; badSource?: null; linkState?: null; credit?: null; suggest?: null; suggestions: banyan.v1.Suggestions.$Shape; checkReach?: null; reachChecked?: null; uploadOffer?: null }|{ body?: "checkReach"; hello?: null; welcome?: null; reauth?: null; reauthDone?: null; revocations?: null; publish?: null; publishAck?: null; search?: null; hits?: null; searchDone?: null; findSources?: null; sources?: null; cancel?: null; draining?: null; error?: null; reachability?: null; badSource?: null; linkState?: null; credit?: null; suggest?: null; suggestions?: null; checkReach: banyan.v1.CheckReach.$Shape; reachChecked?: null; uploadOffer?: null }|{ body?: "reachChecked"; hello?: null; welcome?: null; reauth?: null; reauthDone?: null; revocations?: null; publish?: null; publishAck?: null; search?: null; hits?: null; searchDone?: null; findSources?: null; sources?: null; cancel?: null; draining?: null; error?: null; reachability?: null; badSource?: null; linkState?: null; credit?: null; suggest?: null; suggestions?: null; checkReach?: null; reachChecked: banyan.v1.ReachChecked.$Shape; uploadOffer?: null }|{ body?: "uploadOffer"; hello?: null; welcome?: null; reauth?: null; reauthDone?: null; revocations?: null; publish?: null; publishAck?: null; search?: null; hits?: null; searchDone?: null; findSources?: null; sources?: null; cancel?: null; draining?: null; error?: null; reachability?: null; badSource?: null; linkState?: null; credit?: null; suggest?: null; suggestions?: null; checkReach?: null; reachChecked?: null; uploadOffer: banyan.v1.UploadOffer.$Shape })
             * )} banyan.v1.Envelope.$Shape
             */

            /**
             * Constructs a new Envelope.
             * @memberof banyan.v1
             * @classdesc Represents an Envelope.
             * @constructor
             * @param {banyan.v1.Envelope.$Properties=} [properties] Properties to set
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */
            const Envelope = function (properties) {
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            /**
             * Envelope requestId.
             * @member {number} requestId
             * @memberof banyan.v1.Envelope
             * @instance
             */
            Envelope.prototype.requestId = 0;

            /**
             * Envelope hello.
             * @member {banyan.v1.Hello.$Properties|null|undefined} hello
             * @memberof banyan.v1.Envelope
             * @instance
             */
            Envelope.prototype.hello = null;

            /**
             * Envelope welcome.
             * @member {banyan.v1.Welcome.$Properties|null|undefined} welcome
             * @memberof banyan.v1.Envelope
             * @instance
             */
            Envelope.prototype.welcome = null;

            /**
             * Envelope reauth.
             * @member {banyan.v1.Reauth.$Properties|null|undefined} reauth
             * @memberof banyan.v1.Envelope
             * @instance
             */
            Envelope.prototype.reauth = null;

            /**
             * Envelope reauthDone.
             * @member {banyan.v1.ReauthDone.$Properties|null|undefined} reauthDone
             * @memberof banyan.v1.Envelope
             * @instance
             */
            Envelope.prototype.reauthDone = null;

            /**
             * Envelope revocations.
             * @member {banyan.v1.Revocations.$Properties|null|undefined} revocations
             * @memberof banyan.v1.Envelope
             * @instance
             */
            Envelope.prototype.revocations = null;

            /**
             * Envelope publish.
             * @member {banyan.v1.Publish.$Properties|null|undefined} publish
             * @memberof banyan.v1.Envelope
             * @instance
             */
            Envelope.prototype.publish = null;

            /**
             * Envelope publishAck.
             * @member {banyan.v1.PublishAck.$Properties|null|undefined} publishAck
             * @memberof banyan.v1.Envelope
             * @instance
             */
            Envelope.prototype.publishAck = null;

            /**
             * Envelope search.
             * @member {banyan.v1.Search.$Properties|null|undefined} search
             * @memberof banyan.v1.Envelope
             * @instance
             */
            Envelope.prototype.search = null;

            /**
             * Envelope hits.
             * @member {banyan.v1.Hits.$Properties|null|undefined} hits
             * @memberof banyan.v1.Envelope
             * @instance
             */
            Envelope.prototype.hits = null;

            /**
             * Envelope searchDone.
             * @member {banyan.v1.SearchDone.$Properties|null|undefined} searchDone
             * @memberof banyan.v1.Envelope
             * @instance
             */
            Envelope.prototype.searchDone = null;

            /**
             * Envelope findSources.
             * @member {banyan.v1.FindSources.$Properties|null|undefined} findSources
             * @memberof banyan.v1.Envelope
             * @instance
             */
            Envelope.prototype.findSources = null;

            /**
             * Envelope sources.
             * @member {banyan.v1.Sources.$Properties|null|undefined} sources
             * @memberof banyan.v1.Envelope
             * @instance
             */
            Envelope.prototype.sources = null;

            /**
             * Envelope cancel.
             * @member {banyan.v1.Cancel.$Properties|null|undefined} cancel
             * @memberof banyan.v1.Envelope
             * @instance
             */
            Envelope.prototype.cancel = null;

            /**
             * Envelope draining.
             * @member {banyan.v1.Draining.$Properties|null|undefined} draining
             * @memberof banyan.v1.Envelope
             * @instance
             */
            Envelope.prototype.draining = null;

            /**
             * Envelope error.
             * @member {banyan.v1.Error.$Properties|null|undefined} error
             * @memberof banyan.v1.Envelope
             * @instance
             */
            Envelope.prototype.error = null;

            /**
             * Envelope reachability.
             * @member {banyan.v1.Reachability.$Properties|null|undefined} reachability
             * @memberof banyan.v1.Envelope
             * @instance
             */
            Envelope.prototype.reachability = null;

            /**
             * Envelope badSource.
             * @member {banyan.v1.BadSource.$Properties|null|undefined} badSource
             * @memberof banyan.v1.Envelope
             * @instance
             */
            Envelope.prototype.badSource = null;

            /**
             * Envelope linkState.
             * @member {banyan.v1.LinkState.$Properties|null|undefined} linkState
             * @memberof banyan.v1.Envelope
             * @instance
             */
            Envelope.prototype.linkState = null;

            /**
             * Envelope credit.
             * @member {banyan.v1.Credit.$Properties|null|undefined} credit
             * @memberof banyan.v1.Envelope
             * @instance
             */
            Envelope.prototype.credit = null;

            /**
             * Envelope suggest.
             * @member {banyan.v1.Suggest.$Properties|null|undefined} suggest
             * @memberof banyan.v1.Envelope
             * @instance
             */
            Envelope.prototype.suggest = null;

            /**
             * Envelope suggestions.
             * @member {banyan.v1.Suggestions.$Properties|null|undefined} suggestions
             * @memberof banyan.v1.Envelope
             * @instance
             */
            Envelope.prototype.suggestions = null;

            /**
             * Envelope checkReach.
             * @member {banyan.v1.CheckReach.$Properties|null|undefined} checkReach
             * @memberof banyan.v1.Envelope
             * @instance
             */
            Envelope.prototype.checkReach = null;

            /**
             * Envelope reachChecked.
             * @member {banyan.v1.ReachChecked.$Properties|null|undefined} reachChecked
             * @memberof banyan.v1.Envelope
             * @instance
             */
            Envelope.prototype.reachChecked = null;

            /**
             * Envelope uploadOffer.
             * @member {banyan.v1.UploadOffer.$Properties|null|undefined} uploadOffer
             * @memberof banyan.v1.Envelope
             * @instance
             */
            Envelope.prototype.uploadOffer = null;

            /**
             * Envelope traceparent.
             * @member {string} traceparent
             * @memberof banyan.v1.Envelope
             * @instance
             */
            Envelope.prototype.traceparent = "";

            // OneOf field names bound to virtual getters and setters
            let $oneOfFields;

            /**
             * Envelope body.
             * @member {"hello"|"welcome"|"reauth"|"reauthDone"|"revocations"|"publish"|"publishAck"|"search"|"hits"|"searchDone"|"findSources"|"sources"|"cancel"|"draining"|"error"|"reachability"|"badSource"|"linkState"|"credit"|"suggest"|"suggestions"|"checkReach"|"reachChecked"|"uploadOffer"|undefined} body
             * @memberof banyan.v1.Envelope
             * @instance
             */
            $Object.defineProperty(Envelope.prototype, "body", {
                get: $util.oneOfGetter($oneOfFields = ["hello", "welcome", "reauth", "reauthDone", "revocations", "publish", "publishAck", "search", "hits", "searchDone", "findSources", "sources", "cancel", "draining", "error", "reachability", "badSource", "linkState", "credit", "suggest", "suggestions", "checkReach", "reachChecked", "uploadOffer"]),
                set: $util.oneOfSetter($oneOfFields)
            });

            /**
             * Creates a new Envelope instance using the specified properties.
             * @function create
             * @memberof banyan.v1.Envelope
             * @static
             * @param {banyan.v1.Envelope.$Properties=} [properties] Properties to set
             * @returns {banyan.v1.Envelope} Envelope instance
             * @type {{
             *   (properties: banyan.v1.Envelope.$Shape): banyan.v1.Envelope & banyan.v1.Envelope.$Shape;
             *   (properties?: banyan.v1.Envelope.$Properties): banyan.v1.Envelope;
             * }}
             */
            Envelope.create = function(properties) {
                return new Envelope(properties);
            };

            /**
             * Encodes the specified Envelope message. Does not implicitly {@link banyan.v1.Envelope.verify|verify} messages.
             * @function encode
             * @memberof banyan.v1.Envelope
             * @static
             * @param {banyan.v1.Envelope.$Properties} message Envelope message or plain object to encode
             * @param {$protobuf.Writer} [writer] Writer to encode to
             * @returns {$protobuf.Writer} Writer
             */
            Envelope.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.requestId != null && $Object.hasOwnProperty.call(message, "requestId") && message.requestId !== 0)
                    writer.uint32(/* id 1, wireType 0 =*/8).uint32(message.requestId);
                if (message.hello != null && $Object.hasOwnProperty.call(message, "hello"))
                    $root.banyan.v1.Hello.encode(message.hello, writer.uint32(/* id 2, wireType 2 =*/18).fork(), _depth + 1).ldelim();
                if (message.welcome != null && $Object.hasOwnProperty.call(message, "welcome"))
                    $root.banyan.v1.Welcome.encode(message.welcome, writer.uint32(/* id 3, wireType 2 =*/26).fork(), _depth + 1).ldelim();
                if (message.reauth != null && $Object.hasOwnProperty.call(message, "reauth"))
                    $root.banyan.v1.Reauth.encode(message.reauth, writer.uint32(/* id 4, wireType 2 =*/34).fork(), _depth + 1).ldelim();
                if (message.reauthDone != null && $Object.hasOwnProperty.call(message, "reauthDone"))
                    $root.banyan.v1.ReauthDone.encode(message.reauthDone, writer.uint32(/* id 5, wireType 2 =*/42).fork(), _depth + 1).ldelim();
                if (message.revocations != null && $Object.hasOwnProperty.call(message, "revocations"))
                    $root.banyan.v1.Revocations.encode(message.revocations, writer.uint32(/* id 6, wireType 2 =*/50).fork(), _depth + 1).ldelim();
                if (message.publish != null && $Object.hasOwnProperty.call(message, "publish"))
                    $root.banyan.v1.Publish.encode(message.publish, writer.uint32(/* id 7, wireType 2 =*/58).fork(), _depth + 1).ldelim();
                if (message.publishAck != null && $Object.hasOwnProperty.call(message, "publishAck"))
                    $root.banyan.v1.PublishAck.encode(message.publishAck, writer.uint32(/* id 8, wireType 2 =*/66).fork(), _depth + 1).ldelim();
                if (message.search != null && $Object.hasOwnProperty.call(message, "search"))
                    $root.banyan.v1.Search.encode(message.search, writer.uint32(/* id 9, wireType 2 =*/74).fork(), _depth + 1).ldelim();
                if (message.hits != null && $Object.hasOwnProperty.call(message, "hits"))
                    $root.banyan.v1.Hits.encode(message.hits, writer.uint32(/* id 10, wireType 2 =*/82).fork(), _depth + 1).ldelim();
                if (message.searchDone != null && $Object.hasOwnProperty.call(message, "searchDone"))
                    $root.banyan.v1.SearchDone.encode(message.searchDone, writer.uint32(/* id 11, wireType 2 =*/90).fork(), _depth + 1).ldelim();
                if (message.findSources != null && $Object.hasOwnProperty.call(message, "findSources"))
                    $root.banyan.v1.FindSources.encode(message.findSources, writer.uint32(/* id 12, wireType 2 =*/98).fork(), _depth + 1).ldelim();
                if (message.sources != null && $Object.hasOwnProperty.call(message, "sources"))
                    $root.banyan.v1.Sources.encode(message.sources, writer.uint32(/* id 13, wireType 2 =*/106).fork(), _depth + 1).ldelim();
                if (message.cancel != null && $Object.hasOwnProperty.call(message, "cancel"))
                    $root.banyan.v1.Cancel.encode(message.cancel, writer.uint32(/* id 14, wireType 2 =*/114).fork(), _depth + 1).ldelim();
                if (message.draining != null && $Object.hasOwnProperty.call(message, "draining"))
                    $root.banyan.v1.Draining.encode(message.draining, writer.uint32(/* id 15, wireType 2 =*/122).fork(), _depth + 1).ldelim();
                if (message.error != null && $Object.hasOwnProperty.call(message, "error"))
                    $root.banyan.v1.Error.encode(message.error, writer.uint32(/* id 16, wireType 2 =*/130).fork(), _depth + 1).ldelim();
                if (message.reachability != null && $Object.hasOwnProperty.call(message, "reachability"))
                    $root.banyan.v1.Reachability.encode(message.reachability, writer.uint32(/* id 17, wireType 2 =*/138).fork(), _depth + 1).ldelim();
                if (message.badSource != null && $Object.hasOwnProperty.call(message, "badSource"))
                    $root.banyan.v1.BadSource.encode(message.badSource, writer.uint32(/* id 18, wireType 2 =*/146).fork(), _depth + 1).ldelim();
                if (message.linkState != null && $Object.hasOwnProperty.call(message, "linkState"))
                    $root.banyan.v1.LinkState.encode(message.linkState, writer.uint32(/* id 19, wireType 2 =*/154).fork(), _depth + 1).ldelim();
                if (message.credit != null && $Object.hasOwnProperty.call(message, "credit"))
                    $root.banyan.v1.Credit.encode(message.credit, writer.uint32(/* id 20, wireType 2 =*/162).fork(), _depth + 1).ldelim();
                if (message.suggest != null && $Object.hasOwnProperty.call(message, "suggest"))
                    $root.banyan.v1.Suggest.encode(message.suggest, writer.uint32(/* id 21, wireType 2 =*/170).fork(), _depth + 1).ldelim();
                if (message.suggestions != null && $Object.hasOwnProperty.call(message, "suggestions"))
                    $root.banyan.v1.Suggestions.encode(message.suggestions, writer.uint32(/* id 22, wireType 2 =*/178).fork(), _depth + 1).ldelim();
                if (message.checkReach != null && $Object.hasOwnProperty.call(message, "checkReach"))
                    $root.banyan.v1.CheckReach.encode(message.checkReach, writer.uint32(/* id 23, wireType 2 =*/186).fork(), _depth + 1).ldelim();
                if (message.reachChecked != null && $Object.hasOwnProperty.call(message, "reachChecked"))
                    $root.banyan.v1.ReachChecked.encode(message.reachChecked, writer.uint32(/* id 24, wireType 2 =*/194).fork(), _depth + 1).ldelim();
                if (message.uploadOffer != null && $Object.hasOwnProperty.call(message, "uploadOffer"))
                    $root.banyan.v1.UploadOffer.encode(message.uploadOffer, writer.uint32(/* id 25, wireType 2 =*/202).fork(), _depth + 1).ldelim();
                if (message.traceparent != null && $Object.hasOwnProperty.call(message, "traceparent") && message.traceparent !== "")
                    writer.uint32(/* id 100, wireType 2 =*/802).string(message.traceparent);
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (let i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            /**
             * Decodes an Envelope message from the specified reader or buffer.
             * @function decode
             * @memberof banyan.v1.Envelope
             * @static
             * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
             * @param {number} [length] Message length if known beforehand
             * @returns {banyan.v1.Envelope & banyan.v1.Envelope.$Shape} Envelope
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            Envelope.decode = function (reader, length, _end, _depth, _target) {
                if (!(reader instanceof $Reader))
                    reader = $Reader.create(reader);
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $Reader.recursionLimit)
                    throw $Error("max depth exceeded");
                let end, message, value;
                if (length === $undefined)
                    end = reader.len;
                else {
                    end = reader.pos + length;
                    if (end > reader.len)
                        throw $RangeError("index out of range");
                    length = reader.len;
                    reader.len = end;
                }
                message = _target || new $root.banyan.v1.Envelope();
                while (reader.pos < end) {
                    let start = reader.pos;
                    let tag = reader.tag();
                    if (tag === _end) {
                        _end = $undefined;
                        break;
                    }
                    let wireType = tag & 7;
                    switch (tag >>>= 3) {
                    case 1: {
                            if (wireType !== 0)
                                break;
                            if (value = reader.uint32())
                                message.requestId = value;
                            else
                                delete message.requestId;
                            continue;
                        }
                    case 2: {
                            if (wireType !== 2)
                                break;
                            message.hello = $root.banyan.v1.Hello.decode(reader, reader.size(), $undefined, _depth + 1, message.hello);
                            message.body = "hello";
                            continue;
                        }
                    case 3: {
                            if (wireType !== 2)
                                break;
                            message.welcome = $root.banyan.v1.Welcome.decode(reader, reader.size(), $undefined, _depth + 1, message.welcome);
                            message.body = "welcome";
                            continue;
                        }
                    case 4: {
                            if (wireType !== 2)
                                break;
                            message.reauth = $root.banyan.v1.Reauth.decode(reader, reader.size(), $undefined, _depth + 1, message.reauth);
                            message.body = "reauth";
                            continue;
                        }
                    case 5: {
                            if (wireType !== 2)
                                break;
                            message.reauthDone = $root.banyan.v1.ReauthDone.decode(reader, reader.size(), $undefined, _depth + 1, message.reauthDone);
                            message.body = "reauthDone";
                            continue;
                        }
                    case 6: {
                            if (wireType !== 2)
                                break;
                            message.revocations = $root.banyan.v1.Revocations.decode(reader, reader.size(), $undefined, _depth + 1, message.revocations);
                            message.body = "revocations";
                            continue;
                        }
                    case 7: {
                            if (wireType !== 2)
                                break;
                            message.publish = $root.banyan.v1.Publish.decode(reader, reader.size(), $undefined, _depth + 1, message.publish);
                            message.body = "publish";
                            continue;
                        }
                    case 8: {
                            if (wireType !== 2)
                                break;
                            message.publishAck = $root.banyan.v1.PublishAck.decode(reader, reader.size(), $undefined, _depth + 1, message.publishAck);
                            message.body = "publishAck";
                            continue;
                        }
                    case 9: {
                            if (wireType !== 2)
                                break;
                            message.search = $root.banyan.v1.Search.decode(reader, reader.size(), $undefined, _depth + 1, message.search);
                            message.body = "search";
                            continue;
                        }
                    case 10: {
                            if (wireType !== 2)
                                break;
                            message.hits = $root.banyan.v1.Hits.decode(reader, reader.size(), $undefined, _depth + 1, message.hits);
                            message.body = "hits";
                            continue;
                        }
                    case 11: {
                            if (wireType !== 2)
                                break;
                            message.searchDone = $root.banyan.v1.SearchDone.decode(reader, reader.size(), $undefined, _depth + 1, message.searchDone);
                            message.body = "searchDone";
                            continue;
                        }
                    case 12: {
                            if (wireType !== 2)
                                break;
                            message.findSources = $root.banyan.v1.FindSources.decode(reader, reader.size(), $undefined, _depth + 1, message.findSources);
                            message.body = "findSources";
                            continue;
                        }
                    case 13: {
                            if (wireType !== 2)
                                break;
                            message.sources = $root.banyan.v1.Sources.decode(reader, reader.size(), $undefined, _depth + 1, message.sources);
                            message.body = "sources";
                            continue;
                        }
                    case 14: {
                            if (wireType !== 2)
                                break;
                            message.cancel = $root.banyan.v1.Cancel.decode(reader, reader.size(), $undefined, _depth + 1, message.cancel);
                            message.body = "cancel";
                            continue;
                        }
                    case 15: {
                            if (wireType !== 2)
                                break;
                            message.draining = $root.banyan.v1.Draining.decode(reader, reader.size(), $undefined, _depth + 1, message.draining);
                            message.body = "draining";
                            continue;
                        }
                    case 16: {
                            if (wireType !== 2)
                                break;
                            message.error = $root.banyan.v1.Error.decode(reader, reader.size(), $undefined, _depth + 1, message.error);
                            message.body = "error";
                            continue;
                        }
                    case 17: {
                            if (wireType !== 2)
                                break;
                            message.reachability = $root.banyan.v1.Reachability.decode(reader, reader.size(), $undefined, _depth + 1, message.reachability);
                            message.body = "reachability";
                            continue;
                        }
                    case 18: {
                            if (wireType !== 2)
                                break;
                            message.badSource = $root.banyan.v1.BadSource.decode(reader, reader.size(), $undefined, _depth + 1, message.badSource);
                            message.body = "badSource";
                            continue;
                        }
                    case 19: {
                            if (wireType !== 2)
                                break;
                            message.linkState = $root.banyan.v1.LinkState.decode(reader, reader.size(), $undefined, _depth + 1, message.linkState);
                            message.body = "linkState";
                            continue;
                        }
                    case 20: {
                            if (wireType !== 2)
                                break;
                            message.credit = $root.banyan.v1.Credit.decode(reader, reader.size(), $undefined, _depth + 1, message.credit);
                            message.body = "credit";
                            continue;
                        }
                    case 21: {
                            if (wireType !== 2)
                                break;
                            message.suggest = $root.banyan.v1.Suggest.decode(reader, reader.size(), $undefined, _depth + 1, message.suggest);
                            message.body = "suggest";
                            continue;
                        }
                    case 22: {
                            if (wireType !== 2)
                                break;
                            message.suggestions = $root.banyan.v1.Suggestions.decode(reader, reader.size(), $undefined, _depth + 1, message.suggestions);
                            message.body = "suggestions";
                            continue;
                        }
                    case 23: {
                            if (wireType !== 2)
                                break;
                            message.checkReach = $root.banyan.v1.CheckReach.decode(reader, reader.size(), $undefined, _depth + 1, message.checkReach);
                            message.body = "checkReach";
                            continue;
                        }
                    case 24: {
                            if (wireType !== 2)
                                break;
                            message.reachChecked = $root.banyan.v1.ReachChecked.decode(reader, reader.size(), $undefined, _depth + 1, message.reachChecked);
                            message.body = "reachChecked";
                            continue;
                        }
                    case 25: {
                            if (wireType !== 2)
                                break;
                            message.uploadOffer = $root.banyan.v1.UploadOffer.decode(reader, reader.size(), $undefined, _depth + 1, message.uploadOffer);
                            message.body = "uploadOffer";
                            continue;
                        }
                    case 100: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.traceparent = value;
                            else
                                delete message.traceparent;
                            continue;
                        }
                    }
                    reader.skipType(wireType, _depth, tag);
                    if (!reader.discardUnknown) {
                        $util.makeProp(message, "$unknowns", false);
                        (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                    }
                }
                if (length !== $undefined) {
                    if (reader.pos !== end)
                        throw $RangeError("index out of range");
                    reader.len = length;
                }
                if (_end !== $undefined)
                    throw $Error("missing end group");
                return message;
            };

            /**
             * Verifies an Envelope message.
             * @function verify
             * @memberof banyan.v1.Envelope
             * @static
             * @param {Object.<string,*>} message Plain object to verify
             * @returns {string|null} `null` if valid, otherwise the reason why it is not
             */
            Envelope.verify = function (message, _depth) {
                if (typeof message !== "object" || message === null)
                    return "object expected";
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    return "max depth exceeded";
                let properties = {};
                if (message.requestId != null && $Object.hasOwnProperty.call(message, "requestId"))
                    if (!$util.isInteger(message.requestId))
                        return "requestId: integer expected";
                if (message.hello != null && $Object.hasOwnProperty.call(message, "hello")) {
                    properties.body = 1;
                    {
                        let error = $root.banyan.v1.Hello.verify(message.hello, _depth + 1);
                        if (error)
                            return "hello." + error;
                    }
                }
                if (message.welcome != null && $Object.hasOwnProperty.call(message, "welcome")) {
                    if (properties.body === 1)
                        return "body: multiple values";
                    properties.body = 1;
                    {
                        let error = $root.banyan.v1.Welcome.verify(message.welcome, _depth + 1);
                        if (error)
                            return "welcome." + error;
                    }
                }
                if (message.reauth != null && $Object.hasOwnProperty.call(message, "reauth")) {
                    if (properties.body === 1)
                        return "body: multiple values";
                    properties.body = 1;
                    {
                        let error = $root.banyan.v1.Reauth.verify(message.reauth, _depth + 1);
                        if (error)
                            return "reauth." + error;
                    }
                }
                if (message.reauthDone != null && $Object.hasOwnProperty.call(message, "reauthDone")) {
                    if (properties.body === 1)
                        return "body: multiple values";
                    properties.body = 1;
                    {
                        let error = $root.banyan.v1.ReauthDone.verify(message.reauthDone, _depth + 1);
                        if (error)
                            return "reauthDone." + error;
                    }
                }
                if (message.revocations != null && $Object.hasOwnProperty.call(message, "revocations")) {
                    if (properties.body === 1)
                        return "body: multiple values";
                    properties.body = 1;
                    {
                        let error = $root.banyan.v1.Revocations.verify(message.revocations, _depth + 1);
                        if (error)
                            return "revocations." + error;
                    }
                }
                if (message.publish != null && $Object.hasOwnProperty.call(message, "publish")) {
                    if (properties.body === 1)
                        return "body: multiple values";
                    properties.body = 1;
                    {
                        let error = $root.banyan.v1.Publish.verify(message.publish, _depth + 1);
                        if (error)
                            return "publish." + error;
                    }
                }
                if (message.publishAck != null && $Object.hasOwnProperty.call(message, "publishAck")) {
                    if (properties.body === 1)
                        return "body: multiple values";
                    properties.body = 1;
                    {
                        let error = $root.banyan.v1.PublishAck.verify(message.publishAck, _depth + 1);
                        if (error)
                            return "publishAck." + error;
                    }
                }
                if (message.search != null && $Object.hasOwnProperty.call(message, "search")) {
                    if (properties.body === 1)
                        return "body: multiple values";
                    properties.body = 1;
                    {
                        let error = $root.banyan.v1.Search.verify(message.search, _depth + 1);
                        if (error)
                            return "search." + error;
                    }
                }
                if (message.hits != null && $Object.hasOwnProperty.call(message, "hits")) {
                    if (properties.body === 1)
                        return "body: multiple values";
                    properties.body = 1;
                    {
                        let error = $root.banyan.v1.Hits.verify(message.hits, _depth + 1);
                        if (error)
                            return "hits." + error;
                    }
                }
                if (message.searchDone != null && $Object.hasOwnProperty.call(message, "searchDone")) {
                    if (properties.body === 1)
                        return "body: multiple values";
                    properties.body = 1;
                    {
                        let error = $root.banyan.v1.SearchDone.verify(message.searchDone, _depth + 1);
                        if (error)
                            return "searchDone." + error;
                    }
                }
                if (message.findSources != null && $Object.hasOwnProperty.call(message, "findSources")) {
                    if (properties.body === 1)
                        return "body: multiple values";
                    properties.body = 1;
                    {
                        let error = $root.banyan.v1.FindSources.verify(message.findSources, _depth + 1);
                        if (error)
                            return "findSources." + error;
                    }
                }
                if (message.sources != null && $Object.hasOwnProperty.call(message, "sources")) {
                    if (properties.body === 1)
                        return "body: multiple values";
                    properties.body = 1;
                    {
                        let error = $root.banyan.v1.Sources.verify(message.sources, _depth + 1);
                        if (error)
                            return "sources." + error;
                    }
                }
                if (message.cancel != null && $Object.hasOwnProperty.call(message, "cancel")) {
                    if (properties.body === 1)
                        return "body: multiple values";
                    properties.body = 1;
                    {
                        let error = $root.banyan.v1.Cancel.verify(message.cancel, _depth + 1);
                        if (error)
                            return "cancel." + error;
                    }
                }
                if (message.draining != null && $Object.hasOwnProperty.call(message, "draining")) {
                    if (properties.body === 1)
                        return "body: multiple values";
                    properties.body = 1;
                    {
                        let error = $root.banyan.v1.Draining.verify(message.draining, _depth + 1);
                        if (error)
                            return "draining." + error;
                    }
                }
                if (message.error != null && $Object.hasOwnProperty.call(message, "error")) {
                    if (properties.body === 1)
                        return "body: multiple values";
                    properties.body = 1;
                    {
                        let error = $root.banyan.v1.Error.verify(message.error, _depth + 1);
                        if (error)
                            return "error." + error;
                    }
                }
                if (message.reachability != null && $Object.hasOwnProperty.call(message, "reachability")) {
                    if (properties.body === 1)
                        return "body: multiple values";
                    properties.body = 1;
                    {
                        let error = $root.banyan.v1.Reachability.verify(message.reachability, _depth + 1);
                        if (error)
                            return "reachability." + error;
                    }
                }
                if (message.badSource != null && $Object.hasOwnProperty.call(message, "badSource")) {
                    if (properties.body === 1)
                        return "body: multiple values";
                    properties.body = 1;
                    {
                        let error = $root.banyan.v1.BadSource.verify(message.badSource, _depth + 1);
                        if (error)
                            return "badSource." + error;
                    }
                }
                if (message.linkState != null && $Object.hasOwnProperty.call(message, "linkState")) {
                    if (properties.body === 1)
                        return "body: multiple values";
                    properties.body = 1;
                    {
                        let error = $root.banyan.v1.LinkState.verify(message.linkState, _depth + 1);
                        if (error)
                            return "linkState." + error;
                    }
                }
                if (message.credit != null && $Object.hasOwnProperty.call(message, "credit")) {
                    if (properties.body === 1)
                        return "body: multiple values";
                    properties.body = 1;
                    {
                        let error = $root.banyan.v1.Credit.verify(message.credit, _depth + 1);
                        if (error)
                            return "credit." + error;
                    }
                }
                if (message.suggest != null && $Object.hasOwnProperty.call(message, "suggest")) {
                    if (properties.body === 1)
                        return "body: multiple values";
                    properties.body = 1;
                    {
                        let error = $root.banyan.v1.Suggest.verify(message.suggest, _depth + 1);
                        if (error)
                            return "suggest." + error;
                    }
                }
                if (message.suggestions != null && $Object.hasOwnProperty.call(message, "suggestions")) {
                    if (properties.body === 1)
                        return "body: multiple values";
                    properties.body = 1;
                    {
                        let error = $root.banyan.v1.Suggestions.verify(message.suggestions, _depth + 1);
                        if (error)
                            return "suggestions." + error;
                    }
                }
                if (message.checkReach != null && $Object.hasOwnProperty.call(message, "checkReach")) {
                    if (properties.body === 1)
                        return "body: multiple values";
                    properties.body = 1;
                    {
                        let error = $root.banyan.v1.CheckReach.verify(message.checkReach, _depth + 1);
                        if (error)
                            return "checkReach." + error;
                    }
                }
                if (message.reachChecked != null && $Object.hasOwnProperty.call(message, "reachChecked")) {
                    if (properties.body === 1)
                        return "body: multiple values";
                    properties.body = 1;
                    {
                        let error = $root.banyan.v1.ReachChecked.verify(message.reachChecked, _depth + 1);
                        if (error)
                            return "reachChecked." + error;
                    }
                }
                if (message.uploadOffer != null && $Object.hasOwnProperty.call(message, "uploadOffer")) {
                    if (properties.body === 1)
                        return "body: multiple values";
                    properties.body = 1;
                    {
                        let error = $root.banyan.v1.UploadOffer.verify(message.uploadOffer, _depth + 1);
                        if (error)
                            return "uploadOffer." + error;
                    }
                }
                if (message.traceparent != null && $Object.hasOwnProperty.call(message, "traceparent"))
                    if (!$util.isString(message.traceparent))
                        return "traceparent: string expected";
                return null;
            };

            return Envelope;
        })();

        /**
         * Relation enum.
         * @name banyan.v1.Relation
         * @enum {number}
         * @property {number} RELATION_UNSPECIFIED=0 RELATION_UNSPECIFIED value
         * @property {number} RELATION_HOME=1 RELATION_HOME value
         * @property {number} RELATION_SECOND_HOME=2 RELATION_SECOND_HOME value
         * @property {number} RELATION_SUPERNODE=3 RELATION_SUPERNODE value
         * @property {number} RELATION_PROBE=4 RELATION_PROBE value
         */
        v1.Relation = (function() {
            const valuesById = $Object.create(null), values = $Object.create(valuesById);
            values[valuesById[0] = "RELATION_UNSPECIFIED"] = 0;
            values[valuesById[1] = "RELATION_HOME"] = 1;
            values[valuesById[2] = "RELATION_SECOND_HOME"] = 2;
            values[valuesById[3] = "RELATION_SUPERNODE"] = 3;
            values[valuesById[4] = "RELATION_PROBE"] = 4;
            return values;
        })();

        v1.Address = (function() {

            /**
             * Properties of an Address.
             * @typedef {Object} banyan.v1.Address.$Properties
             * @property {string|null} [host] Address host
             * @property {number|null} [port] Address port
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */

            /**
             * Properties of an Address.
             * @memberof banyan.v1
             * @interface IAddress
             * @augments banyan.v1.Address.$Properties
             * @deprecated Use banyan.v1.Address.$Properties instead.
             */

            /**
             * Shape of an Address.
             * @typedef {banyan.v1.Address.$Properties} banyan.v1.Address.$Shape
             */

            /**
             * Constructs a new Address.
             * @memberof banyan.v1
             * @classdesc Represents an Address.
             * @constructor
             * @param {banyan.v1.Address.$Properties=} [properties] Properties to set
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */
            const Address = function (properties) {
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            /**
             * Address host.
             * @member {string} host
             * @memberof banyan.v1.Address
             * @instance
             */
            Address.prototype.host = "";

            /**
             * Address port.
             * @member {number} port
             * @memberof banyan.v1.Address
             * @instance
             */
            Address.prototype.port = 0;

            /**
             * Creates a new Address instance using the specified properties.
             * @function create
             * @memberof banyan.v1.Address
             * @static
             * @param {banyan.v1.Address.$Properties=} [properties] Properties to set
             * @returns {banyan.v1.Address} Address instance
             * @type {{
             *   (properties: banyan.v1.Address.$Shape): banyan.v1.Address & banyan.v1.Address.$Shape;
             *   (properties?: banyan.v1.Address.$Properties): banyan.v1.Address;
             * }}
             */
            Address.create = function(properties) {
                return new Address(properties);
            };

            /**
             * Encodes the specified Address message. Does not implicitly {@link banyan.v1.Address.verify|verify} messages.
             * @function encode
             * @memberof banyan.v1.Address
             * @static
             * @param {banyan.v1.Address.$Properties} message Address message or plain object to encode
             * @param {$protobuf.Writer} [writer] Writer to encode to
             * @returns {$protobuf.Writer} Writer
             */
            Address.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.host != null && $Object.hasOwnProperty.call(message, "host") && message.host !== "")
                    writer.uint32(/* id 1, wireType 2 =*/10).string(message.host);
                if (message.port != null && $Object.hasOwnProperty.call(message, "port") && message.port !== 0)
                    writer.uint32(/* id 2, wireType 0 =*/16).uint32(message.port);
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (let i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            /**
             * Decodes an Address message from the specified reader or buffer.
             * @function decode
             * @memberof banyan.v1.Address
             * @static
             * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
             * @param {number} [length] Message length if known beforehand
             * @returns {banyan.v1.Address & banyan.v1.Address.$Shape} Address
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            Address.decode = function (reader, length, _end, _depth, _target) {
                if (!(reader instanceof $Reader))
                    reader = $Reader.create(reader);
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $Reader.recursionLimit)
                    throw $Error("max depth exceeded");
                let end, message, value;
                if (length === $undefined)
                    end = reader.len;
                else {
                    end = reader.pos + length;
                    if (end > reader.len)
                        throw $RangeError("index out of range");
                    length = reader.len;
                    reader.len = end;
                }
                message = _target || new $root.banyan.v1.Address();
                while (reader.pos < end) {
                    let start = reader.pos;
                    let tag = reader.tag();
                    if (tag === _end) {
                        _end = $undefined;
                        break;
                    }
                    let wireType = tag & 7;
                    switch (tag >>>= 3) {
                    case 1: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.host = value;
                            else
                                delete message.host;
                            continue;
                        }
                    case 2: {
                            if (wireType !== 0)
                                break;
                            if (value = reader.uint32())
                                message.port = value;
                            else
                                delete message.port;
                            continue;
                        }
                    }
                    reader.skipType(wireType, _depth, tag);
                    if (!reader.discardUnknown) {
                        $util.makeProp(message, "$unknowns", false);
                        (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                    }
                }
                if (length !== $undefined) {
                    if (reader.pos !== end)
                        throw $RangeError("index out of range");
                    reader.len = length;
                }
                if (_end !== $undefined)
                    throw $Error("missing end group");
                return message;
            };

            /**
             * Verifies an Address message.
             * @function verify
             * @memberof banyan.v1.Address
             * @static
             * @param {Object.<string,*>} message Plain object to verify
             * @returns {string|null} `null` if valid, otherwise the reason why it is not
             */
            Address.verify = function (message, _depth) {
                if (typeof message !== "object" || message === null)
                    return "object expected";
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    return "max depth exceeded";
                if (message.host != null && $Object.hasOwnProperty.call(message, "host"))
                    if (!$util.isString(message.host))
                        return "host: string expected";
                if (message.port != null && $Object.hasOwnProperty.call(message, "port"))
                    if (!$util.isInteger(message.port))
                        return "port: integer expected";
                return null;
            };

            return Address;
        })();

        v1.Hello = (function() {

            /**
             * Properties of a Hello.
             * @typedef {Object} banyan.v1.Hello.$Properties
             * @property {number|null} [minVersion] Hello minVersion
             * @property {number|null} [maxVersion] Hello maxVersion
             * @property {banyan.v1.Relation|null} [relation] Hello relation
             * @property {string|null} [software] Hello software
             * @property {Array.<banyan.v1.Address.$Properties>|null} [listen] Hello listen
             * @property {Uint8Array|null} [catalogFingerprint] Hello catalogFingerprint
             * @property {number|null} [catalogRecords] Hello catalogRecords
             * @property {number|null} [revocationsKnown] Hello revocationsKnown
             * @property {Array.<string>|null} [features] Hello features
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */

            /**
             * Properties of a Hello.
             * @memberof banyan.v1
             * @interface IHello
             * @augments banyan.v1.Hello.$Properties
             * @deprecated Use banyan.v1.Hello.$Properties instead.
             */

            /**
             * Shape of a Hello.
             * @typedef {banyan.v1.Hello.$Properties} banyan.v1.Hello.$Shape
             */

            /**
             * Constructs a new Hello.
             * @memberof banyan.v1
             * @classdesc Represents a Hello.
             * @constructor
             * @param {banyan.v1.Hello.$Properties=} [properties] Properties to set
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */
            const Hello = function (properties) {
                this.listen = [];
                this.features = [];
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            /**
             * Hello minVersion.
             * @member {number} minVersion
             * @memberof banyan.v1.Hello
             * @instance
             */
            Hello.prototype.minVersion = 0;

            /**
             * Hello maxVersion.
             * @member {number} maxVersion
             * @memberof banyan.v1.Hello
             * @instance
             */
            Hello.prototype.maxVersion = 0;

            /**
             * Hello relation.
             * @member {banyan.v1.Relation} relation
             * @memberof banyan.v1.Hello
             * @instance
             */
            Hello.prototype.relation = 0;

            /**
             * Hello software.
             * @member {string} software
             * @memberof banyan.v1.Hello
             * @instance
             */
            Hello.prototype.software = "";

            /**
             * Hello listen.
             * @member {Array.<banyan.v1.Address.$Properties>} listen
             * @memberof banyan.v1.Hello
             * @instance
             */
            Hello.prototype.listen = $util.emptyArray;

            /**
             * Hello catalogFingerprint.
             * @member {Uint8Array} catalogFingerprint
             * @memberof banyan.v1.Hello
             * @instance
             */
            Hello.prototype.catalogFingerprint = $util.newBuffer([]);

            /**
             * Hello catalogRecords.
             * @member {number} catalogRecords
             * @memberof banyan.v1.Hello
             * @instance
             */
            Hello.prototype.catalogRecords = $util.Long ? $util.Long.fromBits(0,0,true) : 0;

            /**
             * Hello revocationsKnown.
             * @member {number} revocationsKnown
             * @memberof banyan.v1.Hello
             * @instance
             */
            Hello.prototype.revocationsKnown = $util.Long ? $util.Long.fromBits(0,0,true) : 0;

            /**
             * Hello features.
             * @member {Array.<string>} features
             * @memberof banyan.v1.Hello
             * @instance
             */
            Hello.prototype.features = $util.emptyArray;

            /**
             * Creates a new Hello instance using the specified properties.
             * @function create
             * @memberof banyan.v1.Hello
             * @static
             * @param {banyan.v1.Hello.$Properties=} [properties] Properties to set
             * @returns {banyan.v1.Hello} Hello instance
             * @type {{
             *   (properties: banyan.v1.Hello.$Shape): banyan.v1.Hello & banyan.v1.Hello.$Shape;
             *   (properties?: banyan.v1.Hello.$Properties): banyan.v1.Hello;
             * }}
             */
            Hello.create = function(properties) {
                return new Hello(properties);
            };

            /**
             * Encodes the specified Hello message. Does not implicitly {@link banyan.v1.Hello.verify|verify} messages.
             * @function encode
             * @memberof banyan.v1.Hello
             * @static
             * @param {banyan.v1.Hello.$Properties} message Hello message or plain object to encode
             * @param {$protobuf.Writer} [writer] Writer to encode to
             * @returns {$protobuf.Writer} Writer
             */
            Hello.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.minVersion != null && $Object.hasOwnProperty.call(message, "minVersion") && message.minVersion !== 0)
                    writer.uint32(/* id 1, wireType 0 =*/8).uint32(message.minVersion);
                if (message.maxVersion != null && $Object.hasOwnProperty.call(message, "maxVersion") && message.maxVersion !== 0)
                    writer.uint32(/* id 2, wireType 0 =*/16).uint32(message.maxVersion);
                if (message.relation != null && $Object.hasOwnProperty.call(message, "relation") && message.relation !== 0)
                    writer.uint32(/* id 3, wireType 0 =*/24).int32(message.relation);
                if (message.software != null && $Object.hasOwnProperty.call(message, "software") && message.software !== "")
                    writer.uint32(/* id 4, wireType 2 =*/34).string(message.software);
                if (message.listen != null && message.listen.length)
                    for (let i = 0; i < message.listen.length; ++i)
                        $root.banyan.v1.Address.encode(message.listen[i], writer.uint32(/* id 5, wireType 2 =*/42).fork(), _depth + 1).ldelim();
                if (message.catalogFingerprint != null && $Object.hasOwnProperty.call(message, "catalogFingerprint") && message.catalogFingerprint.length)
                    writer.uint32(/* id 6, wireType 2 =*/50).bytes(message.catalogFingerprint);
                if (message.catalogRecords != null && $Object.hasOwnProperty.call(message, "catalogRecords") && (typeof message.catalogRecords === "object" ? message.catalogRecords.low || message.catalogRecords.high : message.catalogRecords !== 0))
                    writer.uint32(/* id 7, wireType 0 =*/56).uint64(message.catalogRecords);
                if (message.revocationsKnown != null && $Object.hasOwnProperty.call(message, "revocationsKnown") && (typeof message.revocationsKnown === "object" ? message.revocationsKnown.low || message.revocationsKnown.high : message.revocationsKnown !== 0))
                    writer.uint32(/* id 8, wireType 0 =*/64).uint64(message.revocationsKnown);
                if (message.features != null && message.features.length)
                    for (let i = 0; i < message.features.length; ++i)
                        writer.uint32(/* id 9, wireType 2 =*/74).string(message.features[i]);
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (let i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            /**
             * Decodes a Hello message from the specified reader or buffer.
             * @function decode
             * @memberof banyan.v1.Hello
             * @static
             * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
             * @param {number} [length] Message length if known beforehand
             * @returns {banyan.v1.Hello & banyan.v1.Hello.$Shape} Hello
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            Hello.decode = function (reader, length, _end, _depth, _target) {
                if (!(reader instanceof $Reader))
                    reader = $Reader.create(reader);
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $Reader.recursionLimit)
                    throw $Error("max depth exceeded");
                let end, message, value;
                if (length === $undefined)
                    end = reader.len;
                else {
                    end = reader.pos + length;
                    if (end > reader.len)
                        throw $RangeError("index out of range");
                    length = reader.len;
                    reader.len = end;
                }
                message = _target || new $root.banyan.v1.Hello();
                while (reader.pos < end) {
                    let start = reader.pos;
                    let tag = reader.tag();
                    if (tag === _end) {
                        _end = $undefined;
                        break;
                    }
                    let wireType = tag & 7;
                    switch (tag >>>= 3) {
                    case 1: {
                            if (wireType !== 0)
                                break;
                            if (value = reader.uint32())
                                message.minVersion = value;
                            else
                                delete message.minVersion;
                            continue;
                        }
                    case 2: {
                            if (wireType !== 0)
                                break;
                            if (value = reader.uint32())
                                message.maxVersion = value;
                            else
                                delete message.maxVersion;
                            continue;
                        }
                    case 3: {
                            if (wireType !== 0)
                                break;
                            if (value = reader.int32())
                                message.relation = value;
                            else
                                delete message.relation;
                            continue;
                        }
                    case 4: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.software = value;
                            else
                                delete message.software;
                            continue;
                        }
                    case 5: {
                            if (wireType !== 2)
                                break;
                            if (!(message.listen && message.listen.length))
                                message.listen = [];
                            message.listen.push($root.banyan.v1.Address.decode(reader, reader.size(), $undefined, _depth + 1));
                            continue;
                        }
                    case 6: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.bytes()).length)
                                message.catalogFingerprint = value;
                            else
                                delete message.catalogFingerprint;
                            continue;
                        }
                    case 7: {
                            if (wireType !== 0)
                                break;
                            if (typeof (value = reader.uint64()) === "object" ? value.low || value.high : value !== 0)
                                message.catalogRecords = value;
                            else
                                delete message.catalogRecords;
                            continue;
                        }
                    case 8: {
                            if (wireType !== 0)
                                break;
                            if (typeof (value = reader.uint64()) === "object" ? value.low || value.high : value !== 0)
                                message.revocationsKnown = value;
                            else
                                delete message.revocationsKnown;
                            continue;
                        }
                    case 9: {
                            if (wireType !== 2)
                                break;
                            if (!(message.features && message.features.length))
                                message.features = [];
                            message.features.push(reader.stringVerify());
                            continue;
                        }
                    }
                    reader.skipType(wireType, _depth, tag);
                    if (!reader.discardUnknown) {
                        $util.makeProp(message, "$unknowns", false);
                        (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                    }
                }
                if (length !== $undefined) {
                    if (reader.pos !== end)
                        throw $RangeError("index out of range");
                    reader.len = length;
                }
                if (_end !== $undefined)
                    throw $Error("missing end group");
                return message;
            };

            /**
             * Verifies a Hello message.
             * @function verify
             * @memberof banyan.v1.Hello
             * @static
             * @param {Object.<string,*>} message Plain object to verify
             * @returns {string|null} `null` if valid, otherwise the reason why it is not
             */
            Hello.verify = function (message, _depth) {
                if (typeof message !== "object" || message === null)
                    return "object expected";
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    return "max depth exceeded";
                if (message.minVersion != null && $Object.hasOwnProperty.call(message, "minVersion"))
                    if (!$util.isInteger(message.minVersion))
                        return "minVersion: integer expected";
                if (message.maxVersion != null && $Object.hasOwnProperty.call(message, "maxVersion"))
                    if (!$util.isInteger(message.maxVersion))
                        return "maxVersion: integer expected";
                if (message.relation != null && $Object.hasOwnProperty.call(message, "relation"))
                    if (typeof message.relation !== "number" || (message.relation | 0) !== message.relation)
                        return "relation: enum value expected";
                if (message.software != null && $Object.hasOwnProperty.call(message, "software"))
                    if (!$util.isString(message.software))
                        return "software: string expected";
                if (message.listen != null && $Object.hasOwnProperty.call(message, "listen")) {
                    if (!$Array.isArray(message.listen))
                        return "listen: array expected";
                    for (let i = 0; i < message.listen.length; ++i) {
                        let error = $root.banyan.v1.Address.verify(message.listen[i], _depth + 1);
                        if (error)
                            return "listen." + error;
                    }
                }
                if (message.catalogFingerprint != null && $Object.hasOwnProperty.call(message, "catalogFingerprint"))
                    if (!(message.catalogFingerprint && typeof message.catalogFingerprint.length === "number" || $util.isString(message.catalogFingerprint)))
                        return "catalogFingerprint: buffer expected";
                if (message.catalogRecords != null && $Object.hasOwnProperty.call(message, "catalogRecords"))
                    if (!$util.isInteger(message.catalogRecords) && !(message.catalogRecords && $util.isInteger(message.catalogRecords.low) && $util.isInteger(message.catalogRecords.high)))
                        return "catalogRecords: integer|Long expected";
                if (message.revocationsKnown != null && $Object.hasOwnProperty.call(message, "revocationsKnown"))
                    if (!$util.isInteger(message.revocationsKnown) && !(message.revocationsKnown && $util.isInteger(message.revocationsKnown.low) && $util.isInteger(message.revocationsKnown.high)))
                        return "revocationsKnown: integer|Long expected";
                if (message.features != null && $Object.hasOwnProperty.call(message, "features")) {
                    if (!$Array.isArray(message.features))
                        return "features: array expected";
                    for (let i = 0; i < message.features.length; ++i)
                        if (!$util.isString(message.features[i]))
                            return "features: string[] expected";
                }
                return null;
            };

            return Hello;
        })();

        v1.SupernodeRef = (function() {

            /**
             * Properties of a SupernodeRef.
             * @typedef {Object} banyan.v1.SupernodeRef.$Properties
             * @property {string|null} [deviceId] SupernodeRef deviceId
             * @property {Array.<banyan.v1.Address.$Properties>|null} [addresses] SupernodeRef addresses
             * @property {string|null} [name] SupernodeRef name
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */

            /**
             * Properties of a SupernodeRef.
             * @memberof banyan.v1
             * @interface ISupernodeRef
             * @augments banyan.v1.SupernodeRef.$Properties
             * @deprecated Use banyan.v1.SupernodeRef.$Properties instead.
             */

            /**
             * Shape of a SupernodeRef.
             * @typedef {banyan.v1.SupernodeRef.$Properties} banyan.v1.SupernodeRef.$Shape
             */

            /**
             * Constructs a new SupernodeRef.
             * @memberof banyan.v1
             * @classdesc Represents a SupernodeRef.
             * @constructor
             * @param {banyan.v1.SupernodeRef.$Properties=} [properties] Properties to set
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */
            const SupernodeRef = function (properties) {
                this.addresses = [];
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            /**
             * SupernodeRef deviceId.
             * @member {string} deviceId
             * @memberof banyan.v1.SupernodeRef
             * @instance
             */
            SupernodeRef.prototype.deviceId = "";

            /**
             * SupernodeRef addresses.
             * @member {Array.<banyan.v1.Address.$Properties>} addresses
             * @memberof banyan.v1.SupernodeRef
             * @instance
             */
            SupernodeRef.prototype.addresses = $util.emptyArray;

            /**
             * SupernodeRef name.
             * @member {string} name
             * @memberof banyan.v1.SupernodeRef
             * @instance
             */
            SupernodeRef.prototype.name = "";

            /**
             * Creates a new SupernodeRef instance using the specified properties.
             * @function create
             * @memberof banyan.v1.SupernodeRef
             * @static
             * @param {banyan.v1.SupernodeRef.$Properties=} [properties] Properties to set
             * @returns {banyan.v1.SupernodeRef} SupernodeRef instance
             * @type {{
             *   (properties: banyan.v1.SupernodeRef.$Shape): banyan.v1.SupernodeRef & banyan.v1.SupernodeRef.$Shape;
             *   (properties?: banyan.v1.SupernodeRef.$Properties): banyan.v1.SupernodeRef;
             * }}
             */
            SupernodeRef.create = function(properties) {
                return new SupernodeRef(properties);
            };

            /**
             * Encodes the specified SupernodeRef message. Does not implicitly {@link banyan.v1.SupernodeRef.verify|verify} messages.
             * @function encode
             * @memberof banyan.v1.SupernodeRef
             * @static
             * @param {banyan.v1.SupernodeRef.$Properties} message SupernodeRef message or plain object to encode
             * @param {$protobuf.Writer} [writer] Writer to encode to
             * @returns {$protobuf.Writer} Writer
             */
            SupernodeRef.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.deviceId != null && $Object.hasOwnProperty.call(message, "deviceId") && message.deviceId !== "")
                    writer.uint32(/* id 1, wireType 2 =*/10).string(message.deviceId);
                if (message.addresses != null && message.addresses.length)
                    for (let i = 0; i < message.addresses.length; ++i)
                        $root.banyan.v1.Address.encode(message.addresses[i], writer.uint32(/* id 2, wireType 2 =*/18).fork(), _depth + 1).ldelim();
                if (message.name != null && $Object.hasOwnProperty.call(message, "name") && message.name !== "")
                    writer.uint32(/* id 3, wireType 2 =*/26).string(message.name);
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (let i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            /**
             * Decodes a SupernodeRef message from the specified reader or buffer.
             * @function decode
             * @memberof banyan.v1.SupernodeRef
             * @static
             * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
             * @param {number} [length] Message length if known beforehand
             * @returns {banyan.v1.SupernodeRef & banyan.v1.SupernodeRef.$Shape} SupernodeRef
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            SupernodeRef.decode = function (reader, length, _end, _depth, _target) {
                if (!(reader instanceof $Reader))
                    reader = $Reader.create(reader);
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $Reader.recursionLimit)
                    throw $Error("max depth exceeded");
                let end, message, value;
                if (length === $undefined)
                    end = reader.len;
                else {
                    end = reader.pos + length;
                    if (end > reader.len)
                        throw $RangeError("index out of range");
                    length = reader.len;
                    reader.len = end;
                }
                message = _target || new $root.banyan.v1.SupernodeRef();
                while (reader.pos < end) {
                    let start = reader.pos;
                    let tag = reader.tag();
                    if (tag === _end) {
                        _end = $undefined;
                        break;
                    }
                    let wireType = tag & 7;
                    switch (tag >>>= 3) {
                    case 1: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.deviceId = value;
                            else
                                delete message.deviceId;
                            continue;
                        }
                    case 2: {
                            if (wireType !== 2)
                                break;
                            if (!(message.addresses && message.addresses.length))
                                message.addresses = [];
                            message.addresses.push($root.banyan.v1.Address.decode(reader, reader.size(), $undefined, _depth + 1));
                            continue;
                        }
                    case 3: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.name = value;
                            else
                                delete message.name;
                            continue;
                        }
                    }
                    reader.skipType(wireType, _depth, tag);
                    if (!reader.discardUnknown) {
                        $util.makeProp(message, "$unknowns", false);
                        (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                    }
                }
                if (length !== $undefined) {
                    if (reader.pos !== end)
                        throw $RangeError("index out of range");
                    reader.len = length;
                }
                if (_end !== $undefined)
                    throw $Error("missing end group");
                return message;
            };

            /**
             * Verifies a SupernodeRef message.
             * @function verify
             * @memberof banyan.v1.SupernodeRef
             * @static
             * @param {Object.<string,*>} message Plain object to verify
             * @returns {string|null} `null` if valid, otherwise the reason why it is not
             */
            SupernodeRef.verify = function (message, _depth) {
                if (typeof message !== "object" || message === null)
                    return "object expected";
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    return "max depth exceeded";
                if (message.deviceId != null && $Object.hasOwnProperty.call(message, "deviceId"))
                    if (!$util.isString(message.deviceId))
                        return "deviceId: string expected";
                if (message.addresses != null && $Object.hasOwnProperty.call(message, "addresses")) {
                    if (!$Array.isArray(message.addresses))
                        return "addresses: array expected";
                    for (let i = 0; i < message.addresses.length; ++i) {
                        let error = $root.banyan.v1.Address.verify(message.addresses[i], _depth + 1);
                        if (error)
                            return "addresses." + error;
                    }
                }
                if (message.name != null && $Object.hasOwnProperty.call(message, "name"))
                    if (!$util.isString(message.name))
                        return "name: string expected";
                return null;
            };

            return SupernodeRef;
        })();

        v1.Welcome = (function() {

            /**
             * Properties of a Welcome.
             * @typedef {Object} banyan.v1.Welcome.$Properties
             * @property {number|null} [version] Welcome version
             * @property {string|null} [deviceId] Welcome deviceId
             * @property {string|null} [name] Welcome name
             * @property {banyan.v1.Address.$Properties|null} [observed] Welcome observed
             * @property {boolean|null} [catalogKnown] Welcome catalogKnown
             * @property {banyan.v1.SessionLimits.$Properties|null} [limits] Welcome limits
             * @property {Array.<banyan.v1.SupernodeRef.$Properties>|null} [alternates] Welcome alternates
             * @property {banyan.v1.SupernodeRef.$Properties|null} [secondHome] Welcome secondHome
             * @property {number|null} [serverTimeMs] Welcome serverTimeMs
             * @property {number|null} [revocationsKnown] Welcome revocationsKnown
             * @property {Array.<string>|null} [features] Welcome features
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */

            /**
             * Properties of a Welcome.
             * @memberof banyan.v1
             * @interface IWelcome
             * @augments banyan.v1.Welcome.$Properties
             * @deprecated Use banyan.v1.Welcome.$Properties instead.
             */

            /**
             * Shape of a Welcome.
             * @typedef {banyan.v1.Welcome.$Properties} banyan.v1.Welcome.$Shape
             */

            /**
             * Constructs a new Welcome.
             * @memberof banyan.v1
             * @classdesc Represents a Welcome.
             * @constructor
             * @param {banyan.v1.Welcome.$Properties=} [properties] Properties to set
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */
            const Welcome = function (properties) {
                this.alternates = [];
                this.features = [];
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            /**
             * Welcome version.
             * @member {number} version
             * @memberof banyan.v1.Welcome
             * @instance
             */
            Welcome.prototype.version = 0;

            /**
             * Welcome deviceId.
             * @member {string} deviceId
             * @memberof banyan.v1.Welcome
             * @instance
             */
            Welcome.prototype.deviceId = "";

            /**
             * Welcome name.
             * @member {string} name
             * @memberof banyan.v1.Welcome
             * @instance
             */
            Welcome.prototype.name = "";

            /**
             * Welcome observed.
             * @member {banyan.v1.Address.$Properties|null|undefined} observed
             * @memberof banyan.v1.Welcome
             * @instance
             */
            Welcome.prototype.observed = null;

            /**
             * Welcome catalogKnown.
             * @member {boolean} catalogKnown
             * @memberof banyan.v1.Welcome
             * @instance
             */
            Welcome.prototype.catalogKnown = false;

            /**
             * Welcome limits.
             * @member {banyan.v1.SessionLimits.$Properties|null|undefined} limits
             * @memberof banyan.v1.Welcome
             * @instance
             */
            Welcome.prototype.limits = null;

            /**
             * Welcome alternates.
             * @member {Array.<banyan.v1.SupernodeRef.$Properties>} alternates
             * @memberof banyan.v1.Welcome
             * @instance
             */
            Welcome.prototype.alternates = $util.emptyArray;

            /**
             * Welcome secondHome.
             * @member {banyan.v1.SupernodeRef.$Properties|null|undefined} secondHome
             * @memberof banyan.v1.Welcome
             * @instance
             */
            Welcome.prototype.secondHome = null;

            /**
             * Welcome serverTimeMs.
             * @member {number} serverTimeMs
             * @memberof banyan.v1.Welcome
             * @instance
             */
            Welcome.prototype.serverTimeMs = $util.Long ? $util.Long.fromBits(0,0,true) : 0;

            /**
             * Welcome revocationsKnown.
             * @member {number} revocationsKnown
             * @memberof banyan.v1.Welcome
             * @instance
             */
            Welcome.prototype.revocationsKnown = $util.Long ? $util.Long.fromBits(0,0,true) : 0;

            /**
             * Welcome features.
             * @member {Array.<string>} features
             * @memberof banyan.v1.Welcome
             * @instance
             */
            Welcome.prototype.features = $util.emptyArray;

            /**
             * Creates a new Welcome instance using the specified properties.
             * @function create
             * @memberof banyan.v1.Welcome
             * @static
             * @param {banyan.v1.Welcome.$Properties=} [properties] Properties to set
             * @returns {banyan.v1.Welcome} Welcome instance
             * @type {{
             *   (properties: banyan.v1.Welcome.$Shape): banyan.v1.Welcome & banyan.v1.Welcome.$Shape;
             *   (properties?: banyan.v1.Welcome.$Properties): banyan.v1.Welcome;
             * }}
             */
            Welcome.create = function(properties) {
                return new Welcome(properties);
            };

            /**
             * Encodes the specified Welcome message. Does not implicitly {@link banyan.v1.Welcome.verify|verify} messages.
             * @function encode
             * @memberof banyan.v1.Welcome
             * @static
             * @param {banyan.v1.Welcome.$Properties} message Welcome message or plain object to encode
             * @param {$protobuf.Writer} [writer] Writer to encode to
             * @returns {$protobuf.Writer} Writer
             */
            Welcome.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.version != null && $Object.hasOwnProperty.call(message, "version") && message.version !== 0)
                    writer.uint32(/* id 1, wireType 0 =*/8).uint32(message.version);
                if (message.deviceId != null && $Object.hasOwnProperty.call(message, "deviceId") && message.deviceId !== "")
                    writer.uint32(/* id 2, wireType 2 =*/18).string(message.deviceId);
                if (message.name != null && $Object.hasOwnProperty.call(message, "name") && message.name !== "")
                    writer.uint32(/* id 3, wireType 2 =*/26).string(message.name);
                if (message.observed != null && $Object.hasOwnProperty.call(message, "observed"))
                    $root.banyan.v1.Address.encode(message.observed, writer.uint32(/* id 4, wireType 2 =*/34).fork(), _depth + 1).ldelim();
                if (message.catalogKnown != null && $Object.hasOwnProperty.call(message, "catalogKnown") && message.catalogKnown !== false)
                    writer.uint32(/* id 5, wireType 0 =*/40).bool(message.catalogKnown);
                if (message.limits != null && $Object.hasOwnProperty.call(message, "limits"))
                    $root.banyan.v1.SessionLimits.encode(message.limits, writer.uint32(/* id 6, wireType 2 =*/50).fork(), _depth + 1).ldelim();
                if (message.alternates != null && message.alternates.length)
                    for (let i = 0; i < message.alternates.length; ++i)
                        $root.banyan.v1.SupernodeRef.encode(message.alternates[i], writer.uint32(/* id 7, wireType 2 =*/58).fork(), _depth + 1).ldelim();
                if (message.secondHome != null && $Object.hasOwnProperty.call(message, "secondHome"))
                    $root.banyan.v1.SupernodeRef.encode(message.secondHome, writer.uint32(/* id 8, wireType 2 =*/66).fork(), _depth + 1).ldelim();
                if (message.serverTimeMs != null && $Object.hasOwnProperty.call(message, "serverTimeMs") && (typeof message.serverTimeMs === "object" ? message.serverTimeMs.low || message.serverTimeMs.high : message.serverTimeMs !== 0))
                    writer.uint32(/* id 9, wireType 0 =*/72).uint64(message.serverTimeMs);
                if (message.revocationsKnown != null && $Object.hasOwnProperty.call(message, "revocationsKnown") && (typeof message.revocationsKnown === "object" ? message.revocationsKnown.low || message.revocationsKnown.high : message.revocationsKnown !== 0))
                    writer.uint32(/* id 10, wireType 0 =*/80).uint64(message.revocationsKnown);
                if (message.features != null && message.features.length)
                    for (let i = 0; i < message.features.length; ++i)
                        writer.uint32(/* id 11, wireType 2 =*/90).string(message.features[i]);
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (let i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            /**
             * Decodes a Welcome message from the specified reader or buffer.
             * @function decode
             * @memberof banyan.v1.Welcome
             * @static
             * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
             * @param {number} [length] Message length if known beforehand
             * @returns {banyan.v1.Welcome & banyan.v1.Welcome.$Shape} Welcome
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            Welcome.decode = function (reader, length, _end, _depth, _target) {
                if (!(reader instanceof $Reader))
                    reader = $Reader.create(reader);
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $Reader.recursionLimit)
                    throw $Error("max depth exceeded");
                let end, message, value;
                if (length === $undefined)
                    end = reader.len;
                else {
                    end = reader.pos + length;
                    if (end > reader.len)
                        throw $RangeError("index out of range");
                    length = reader.len;
                    reader.len = end;
                }
                message = _target || new $root.banyan.v1.Welcome();
                while (reader.pos < end) {
                    let start = reader.pos;
                    let tag = reader.tag();
                    if (tag === _end) {
                        _end = $undefined;
                        break;
                    }
                    let wireType = tag & 7;
                    switch (tag >>>= 3) {
                    case 1: {
                            if (wireType !== 0)
                                break;
                            if (value = reader.uint32())
                                message.version = value;
                            else
                                delete message.version;
                            continue;
                        }
                    case 2: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.deviceId = value;
                            else
                                delete message.deviceId;
                            continue;
                        }
                    case 3: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.name = value;
                            else
                                delete message.name;
                            continue;
                        }
                    case 4: {
                            if (wireType !== 2)
                                break;
                            message.observed = $root.banyan.v1.Address.decode(reader, reader.size(), $undefined, _depth + 1, message.observed);
                            continue;
                        }
                    case 5: {
                            if (wireType !== 0)
                                break;
                            if (value = reader.bool())
                                message.catalogKnown = value;
                            else
                                delete message.catalogKnown;
                            continue;
                        }
                    case 6: {
                            if (wireType !== 2)
                                break;
                            message.limits = $root.banyan.v1.SessionLimits.decode(reader, reader.size(), $undefined, _depth + 1, message.limits);
                            continue;
                        }
                    case 7: {
                            if (wireType !== 2)
                                break;
                            if (!(message.alternates && message.alternates.length))
                                message.alternates = [];
                            message.alternates.push($root.banyan.v1.SupernodeRef.decode(reader, reader.size(), $undefined, _depth + 1));
                            continue;
                        }
                    case 8: {
                            if (wireType !== 2)
                                break;
                            message.secondHome = $root.banyan.v1.SupernodeRef.decode(reader, reader.size(), $undefined, _depth + 1, message.secondHome);
                            continue;
                        }
                    case 9: {
                            if (wireType !== 0)
                                break;
                            if (typeof (value = reader.uint64()) === "object" ? value.low || value.high : value !== 0)
                                message.serverTimeMs = value;
                            else
                                delete message.serverTimeMs;
                            continue;
                        }
                    case 10: {
                            if (wireType !== 0)
                                break;
                            if (typeof (value = reader.uint64()) === "object" ? value.low || value.high : value !== 0)
                                message.revocationsKnown = value;
                            else
                                delete message.revocationsKnown;
                            continue;
                        }
                    case 11: {
                            if (wireType !== 2)
                                break;
                            if (!(message.features && message.features.length))
                                message.features = [];
                            message.features.push(reader.stringVerify());
                            continue;
                        }
                    }
                    reader.skipType(wireType, _depth, tag);
                    if (!reader.discardUnknown) {
                        $util.makeProp(message, "$unknowns", false);
                        (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                    }
                }
                if (length !== $undefined) {
                    if (reader.pos !== end)
                        throw $RangeError("index out of range");
                    reader.len = length;
                }
                if (_end !== $undefined)
                    throw $Error("missing end group");
                return message;
            };

            /**
             * Verifies a Welcome message.
             * @function verify
             * @memberof banyan.v1.Welcome
             * @static
             * @param {Object.<string,*>} message Plain object to verify
             * @returns {string|null} `null` if valid, otherwise the reason why it is not
             */
            Welcome.verify = function (message, _depth) {
                if (typeof message !== "object" || message === null)
                    return "object expected";
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    return "max depth exceeded";
                if (message.version != null && $Object.hasOwnProperty.call(message, "version"))
                    if (!$util.isInteger(message.version))
                        return "version: integer expected";
                if (message.deviceId != null && $Object.hasOwnProperty.call(message, "deviceId"))
                    if (!$util.isString(message.deviceId))
                        return "deviceId: string expected";
                if (message.name != null && $Object.hasOwnProperty.call(message, "name"))
                    if (!$util.isString(message.name))
                        return "name: string expected";
                if (message.observed != null && $Object.hasOwnProperty.call(message, "observed")) {
                    let error = $root.banyan.v1.Address.verify(message.observed, _depth + 1);
                    if (error)
                        return "observed." + error;
                }
                if (message.catalogKnown != null && $Object.hasOwnProperty.call(message, "catalogKnown"))
                    if (typeof message.catalogKnown !== "boolean")
                        return "catalogKnown: boolean expected";
                if (message.limits != null && $Object.hasOwnProperty.call(message, "limits")) {
                    let error = $root.banyan.v1.SessionLimits.verify(message.limits, _depth + 1);
                    if (error)
                        return "limits." + error;
                }
                if (message.alternates != null && $Object.hasOwnProperty.call(message, "alternates")) {
                    if (!$Array.isArray(message.alternates))
                        return "alternates: array expected";
                    for (let i = 0; i < message.alternates.length; ++i) {
                        let error = $root.banyan.v1.SupernodeRef.verify(message.alternates[i], _depth + 1);
                        if (error)
                            return "alternates." + error;
                    }
                }
                if (message.secondHome != null && $Object.hasOwnProperty.call(message, "secondHome")) {
                    let error = $root.banyan.v1.SupernodeRef.verify(message.secondHome, _depth + 1);
                    if (error)
                        return "secondHome." + error;
                }
                if (message.serverTimeMs != null && $Object.hasOwnProperty.call(message, "serverTimeMs"))
                    if (!$util.isInteger(message.serverTimeMs) && !(message.serverTimeMs && $util.isInteger(message.serverTimeMs.low) && $util.isInteger(message.serverTimeMs.high)))
                        return "serverTimeMs: integer|Long expected";
                if (message.revocationsKnown != null && $Object.hasOwnProperty.call(message, "revocationsKnown"))
                    if (!$util.isInteger(message.revocationsKnown) && !(message.revocationsKnown && $util.isInteger(message.revocationsKnown.low) && $util.isInteger(message.revocationsKnown.high)))
                        return "revocationsKnown: integer|Long expected";
                if (message.features != null && $Object.hasOwnProperty.call(message, "features")) {
                    if (!$Array.isArray(message.features))
                        return "features: array expected";
                    for (let i = 0; i < message.features.length; ++i)
                        if (!$util.isString(message.features[i]))
                            return "features: string[] expected";
                }
                return null;
            };

            return Welcome;
        })();

        v1.SessionLimits = (function() {

            /**
             * Properties of a SessionLimits.
             * @typedef {Object} banyan.v1.SessionLimits.$Properties
             * @property {number|null} [maxFrameBytes] SessionLimits maxFrameBytes
             * @property {number|null} [maxBatchRecords] SessionLimits maxBatchRecords
             * @property {number|null} [maxRecords] SessionLimits maxRecords
             * @property {number|null} [maxInFlight] SessionLimits maxInFlight
             * @property {number|null} [searchesPerMinute] SessionLimits searchesPerMinute
             * @property {number|null} [maxSessionSeconds] SessionLimits maxSessionSeconds
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */

            /**
             * Properties of a SessionLimits.
             * @memberof banyan.v1
             * @interface ISessionLimits
             * @augments banyan.v1.SessionLimits.$Properties
             * @deprecated Use banyan.v1.SessionLimits.$Properties instead.
             */

            /**
             * Shape of a SessionLimits.
             * @typedef {banyan.v1.SessionLimits.$Properties} banyan.v1.SessionLimits.$Shape
             */

            /**
             * Constructs a new SessionLimits.
             * @memberof banyan.v1
             * @classdesc Represents a SessionLimits.
             * @constructor
             * @param {banyan.v1.SessionLimits.$Properties=} [properties] Properties to set
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */
            const SessionLimits = function (properties) {
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            /**
             * SessionLimits maxFrameBytes.
             * @member {number} maxFrameBytes
             * @memberof banyan.v1.SessionLimits
             * @instance
             */
            SessionLimits.prototype.maxFrameBytes = 0;

            /**
             * SessionLimits maxBatchRecords.
             * @member {number} maxBatchRecords
             * @memberof banyan.v1.SessionLimits
             * @instance
             */
            SessionLimits.prototype.maxBatchRecords = 0;

            /**
             * SessionLimits maxRecords.
             * @member {number} maxRecords
             * @memberof banyan.v1.SessionLimits
             * @instance
             */
            SessionLimits.prototype.maxRecords = $util.Long ? $util.Long.fromBits(0,0,true) : 0;

            /**
             * SessionLimits maxInFlight.
             * @member {number} maxInFlight
             * @memberof banyan.v1.SessionLimits
             * @instance
             */
            SessionLimits.prototype.maxInFlight = 0;

            /**
             * SessionLimits searchesPerMinute.
             * @member {number} searchesPerMinute
             * @memberof banyan.v1.SessionLimits
             * @instance
             */
            SessionLimits.prototype.searchesPerMinute = 0;

            /**
             * SessionLimits maxSessionSeconds.
             * @member {number} maxSessionSeconds
             * @memberof banyan.v1.SessionLimits
             * @instance
             */
            SessionLimits.prototype.maxSessionSeconds = 0;

            /**
             * Creates a new SessionLimits instance using the specified properties.
             * @function create
             * @memberof banyan.v1.SessionLimits
             * @static
             * @param {banyan.v1.SessionLimits.$Properties=} [properties] Properties to set
             * @returns {banyan.v1.SessionLimits} SessionLimits instance
             * @type {{
             *   (properties: banyan.v1.SessionLimits.$Shape): banyan.v1.SessionLimits & banyan.v1.SessionLimits.$Shape;
             *   (properties?: banyan.v1.SessionLimits.$Properties): banyan.v1.SessionLimits;
             * }}
             */
            SessionLimits.create = function(properties) {
                return new SessionLimits(properties);
            };

            /**
             * Encodes the specified SessionLimits message. Does not implicitly {@link banyan.v1.SessionLimits.verify|verify} messages.
             * @function encode
             * @memberof banyan.v1.SessionLimits
             * @static
             * @param {banyan.v1.SessionLimits.$Properties} message SessionLimits message or plain object to encode
             * @param {$protobuf.Writer} [writer] Writer to encode to
             * @returns {$protobuf.Writer} Writer
             */
            SessionLimits.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.maxFrameBytes != null && $Object.hasOwnProperty.call(message, "maxFrameBytes") && message.maxFrameBytes !== 0)
                    writer.uint32(/* id 1, wireType 0 =*/8).uint32(message.maxFrameBytes);
                if (message.maxBatchRecords != null && $Object.hasOwnProperty.call(message, "maxBatchRecords") && message.maxBatchRecords !== 0)
                    writer.uint32(/* id 2, wireType 0 =*/16).uint32(message.maxBatchRecords);
                if (message.maxRecords != null && $Object.hasOwnProperty.call(message, "maxRecords") && (typeof message.maxRecords === "object" ? message.maxRecords.low || message.maxRecords.high : message.maxRecords !== 0))
                    writer.uint32(/* id 3, wireType 0 =*/24).uint64(message.maxRecords);
                if (message.maxInFlight != null && $Object.hasOwnProperty.call(message, "maxInFlight") && message.maxInFlight !== 0)
                    writer.uint32(/* id 4, wireType 0 =*/32).uint32(message.maxInFlight);
                if (message.searchesPerMinute != null && $Object.hasOwnProperty.call(message, "searchesPerMinute") && message.searchesPerMinute !== 0)
                    writer.uint32(/* id 5, wireType 0 =*/40).uint32(message.searchesPerMinute);
                if (message.maxSessionSeconds != null && $Object.hasOwnProperty.call(message, "maxSessionSeconds") && message.maxSessionSeconds !== 0)
                    writer.uint32(/* id 6, wireType 0 =*/48).uint32(message.maxSessionSeconds);
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (let i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            /**
             * Decodes a SessionLimits message from the specified reader or buffer.
             * @function decode
             * @memberof banyan.v1.SessionLimits
             * @static
             * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
             * @param {number} [length] Message length if known beforehand
             * @returns {banyan.v1.SessionLimits & banyan.v1.SessionLimits.$Shape} SessionLimits
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            SessionLimits.decode = function (reader, length, _end, _depth, _target) {
                if (!(reader instanceof $Reader))
                    reader = $Reader.create(reader);
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $Reader.recursionLimit)
                    throw $Error("max depth exceeded");
                let end, message, value;
                if (length === $undefined)
                    end = reader.len;
                else {
                    end = reader.pos + length;
                    if (end > reader.len)
                        throw $RangeError("index out of range");
                    length = reader.len;
                    reader.len = end;
                }
                message = _target || new $root.banyan.v1.SessionLimits();
                while (reader.pos < end) {
                    let start = reader.pos;
                    let tag = reader.tag();
                    if (tag === _end) {
                        _end = $undefined;
                        break;
                    }
                    let wireType = tag & 7;
                    switch (tag >>>= 3) {
                    case 1: {
                            if (wireType !== 0)
                                break;
                            if (value = reader.uint32())
                                message.maxFrameBytes = value;
                            else
                                delete message.maxFrameBytes;
                            continue;
                        }
                    case 2: {
                            if (wireType !== 0)
                                break;
                            if (value = reader.uint32())
                                message.maxBatchRecords = value;
                            else
                                delete message.maxBatchRecords;
                            continue;
                        }
                    case 3: {
                            if (wireType !== 0)
                                break;
                            if (typeof (value = reader.uint64()) === "object" ? value.low || value.high : value !== 0)
                                message.maxRecords = value;
                            else
                                delete message.maxRecords;
                            continue;
                        }
                    case 4: {
                            if (wireType !== 0)
                                break;
                            if (value = reader.uint32())
                                message.maxInFlight = value;
                            else
                                delete message.maxInFlight;
                            continue;
                        }
                    case 5: {
                            if (wireType !== 0)
                                break;
                            if (value = reader.uint32())
                                message.searchesPerMinute = value;
                            else
                                delete message.searchesPerMinute;
                            continue;
                        }
                    case 6: {
                            if (wireType !== 0)
                                break;
                            if (value = reader.uint32())
                                message.maxSessionSeconds = value;
                            else
                                delete message.maxSessionSeconds;
                            continue;
                        }
                    }
                    reader.skipType(wireType, _depth, tag);
                    if (!reader.discardUnknown) {
                        $util.makeProp(message, "$unknowns", false);
                        (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                    }
                }
                if (length !== $undefined) {
                    if (reader.pos !== end)
                        throw $RangeError("index out of range");
                    reader.len = length;
                }
                if (_end !== $undefined)
                    throw $Error("missing end group");
                return message;
            };

            /**
             * Verifies a SessionLimits message.
             * @function verify
             * @memberof banyan.v1.SessionLimits
             * @static
             * @param {Object.<string,*>} message Plain object to verify
             * @returns {string|null} `null` if valid, otherwise the reason why it is not
             */
            SessionLimits.verify = function (message, _depth) {
                if (typeof message !== "object" || message === null)
                    return "object expected";
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    return "max depth exceeded";
                if (message.maxFrameBytes != null && $Object.hasOwnProperty.call(message, "maxFrameBytes"))
                    if (!$util.isInteger(message.maxFrameBytes))
                        return "maxFrameBytes: integer expected";
                if (message.maxBatchRecords != null && $Object.hasOwnProperty.call(message, "maxBatchRecords"))
                    if (!$util.isInteger(message.maxBatchRecords))
                        return "maxBatchRecords: integer expected";
                if (message.maxRecords != null && $Object.hasOwnProperty.call(message, "maxRecords"))
                    if (!$util.isInteger(message.maxRecords) && !(message.maxRecords && $util.isInteger(message.maxRecords.low) && $util.isInteger(message.maxRecords.high)))
                        return "maxRecords: integer|Long expected";
                if (message.maxInFlight != null && $Object.hasOwnProperty.call(message, "maxInFlight"))
                    if (!$util.isInteger(message.maxInFlight))
                        return "maxInFlight: integer expected";
                if (message.searchesPerMinute != null && $Object.hasOwnProperty.call(message, "searchesPerMinute"))
                    if (!$util.isInteger(message.searchesPerMinute))
                        return "searchesPerMinute: integer expected";
                if (message.maxSessionSeconds != null && $Object.hasOwnProperty.call(message, "maxSessionSeconds"))
                    if (!$util.isInteger(message.maxSessionSeconds))
                        return "maxSessionSeconds: integer expected";
                return null;
            };

            return SessionLimits;
        })();

        v1.Reauth = (function() {

            /**
             * Properties of a Reauth.
             * @typedef {Object} banyan.v1.Reauth.$Properties
             * @property {string|null} [token] Reauth token
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */

            /**
             * Properties of a Reauth.
             * @memberof banyan.v1
             * @interface IReauth
             * @augments banyan.v1.Reauth.$Properties
             * @deprecated Use banyan.v1.Reauth.$Properties instead.
             */

            /**
             * Shape of a Reauth.
             * @typedef {banyan.v1.Reauth.$Properties} banyan.v1.Reauth.$Shape
             */

            /**
             * Constructs a new Reauth.
             * @memberof banyan.v1
             * @classdesc Represents a Reauth.
             * @constructor
             * @param {banyan.v1.Reauth.$Properties=} [properties] Properties to set
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */
            const Reauth = function (properties) {
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            /**
             * Reauth token.
             * @member {string} token
             * @memberof banyan.v1.Reauth
             * @instance
             */
            Reauth.prototype.token = "";

            /**
             * Creates a new Reauth instance using the specified properties.
             * @function create
             * @memberof banyan.v1.Reauth
             * @static
             * @param {banyan.v1.Reauth.$Properties=} [properties] Properties to set
             * @returns {banyan.v1.Reauth} Reauth instance
             * @type {{
             *   (properties: banyan.v1.Reauth.$Shape): banyan.v1.Reauth & banyan.v1.Reauth.$Shape;
             *   (properties?: banyan.v1.Reauth.$Properties): banyan.v1.Reauth;
             * }}
             */
            Reauth.create = function(properties) {
                return new Reauth(properties);
            };

            /**
             * Encodes the specified Reauth message. Does not implicitly {@link banyan.v1.Reauth.verify|verify} messages.
             * @function encode
             * @memberof banyan.v1.Reauth
             * @static
             * @param {banyan.v1.Reauth.$Properties} message Reauth message or plain object to encode
             * @param {$protobuf.Writer} [writer] Writer to encode to
             * @returns {$protobuf.Writer} Writer
             */
            Reauth.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.token != null && $Object.hasOwnProperty.call(message, "token") && message.token !== "")
                    writer.uint32(/* id 1, wireType 2 =*/10).string(message.token);
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (let i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            /**
             * Decodes a Reauth message from the specified reader or buffer.
             * @function decode
             * @memberof banyan.v1.Reauth
             * @static
             * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
             * @param {number} [length] Message length if known beforehand
             * @returns {banyan.v1.Reauth & banyan.v1.Reauth.$Shape} Reauth
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            Reauth.decode = function (reader, length, _end, _depth, _target) {
                if (!(reader instanceof $Reader))
                    reader = $Reader.create(reader);
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $Reader.recursionLimit)
                    throw $Error("max depth exceeded");
                let end, message, value;
                if (length === $undefined)
                    end = reader.len;
                else {
                    end = reader.pos + length;
                    if (end > reader.len)
                        throw $RangeError("index out of range");
                    length = reader.len;
                    reader.len = end;
                }
                message = _target || new $root.banyan.v1.Reauth();
                while (reader.pos < end) {
                    let start = reader.pos;
                    let tag = reader.tag();
                    if (tag === _end) {
                        _end = $undefined;
                        break;
                    }
                    let wireType = tag & 7;
                    switch (tag >>>= 3) {
                    case 1: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.token = value;
                            else
                                delete message.token;
                            continue;
                        }
                    }
                    reader.skipType(wireType, _depth, tag);
                    if (!reader.discardUnknown) {
                        $util.makeProp(message, "$unknowns", false);
                        (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                    }
                }
                if (length !== $undefined) {
                    if (reader.pos !== end)
                        throw $RangeError("index out of range");
                    reader.len = length;
                }
                if (_end !== $undefined)
                    throw $Error("missing end group");
                return message;
            };

            /**
             * Verifies a Reauth message.
             * @function verify
             * @memberof banyan.v1.Reauth
             * @static
             * @param {Object.<string,*>} message Plain object to verify
             * @returns {string|null} `null` if valid, otherwise the reason why it is not
             */
            Reauth.verify = function (message, _depth) {
                if (typeof message !== "object" || message === null)
                    return "object expected";
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    return "max depth exceeded";
                if (message.token != null && $Object.hasOwnProperty.call(message, "token"))
                    if (!$util.isString(message.token))
                        return "token: string expected";
                return null;
            };

            return Reauth;
        })();

        v1.ReauthDone = (function() {

            /**
             * Properties of a ReauthDone.
             * @typedef {Object} banyan.v1.ReauthDone.$Properties
             * @property {number|null} [expiresAtMs] ReauthDone expiresAtMs
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */

            /**
             * Properties of a ReauthDone.
             * @memberof banyan.v1
             * @interface IReauthDone
             * @augments banyan.v1.ReauthDone.$Properties
             * @deprecated Use banyan.v1.ReauthDone.$Properties instead.
             */

            /**
             * Shape of a ReauthDone.
             * @typedef {banyan.v1.ReauthDone.$Properties} banyan.v1.ReauthDone.$Shape
             */

            /**
             * Constructs a new ReauthDone.
             * @memberof banyan.v1
             * @classdesc Represents a ReauthDone.
             * @constructor
             * @param {banyan.v1.ReauthDone.$Properties=} [properties] Properties to set
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */
            const ReauthDone = function (properties) {
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            /**
             * ReauthDone expiresAtMs.
             * @member {number} expiresAtMs
             * @memberof banyan.v1.ReauthDone
             * @instance
             */
            ReauthDone.prototype.expiresAtMs = $util.Long ? $util.Long.fromBits(0,0,true) : 0;

            /**
             * Creates a new ReauthDone instance using the specified properties.
             * @function create
             * @memberof banyan.v1.ReauthDone
             * @static
             * @param {banyan.v1.ReauthDone.$Properties=} [properties] Properties to set
             * @returns {banyan.v1.ReauthDone} ReauthDone instance
             * @type {{
             *   (properties: banyan.v1.ReauthDone.$Shape): banyan.v1.ReauthDone & banyan.v1.ReauthDone.$Shape;
             *   (properties?: banyan.v1.ReauthDone.$Properties): banyan.v1.ReauthDone;
             * }}
             */
            ReauthDone.create = function(properties) {
                return new ReauthDone(properties);
            };

            /**
             * Encodes the specified ReauthDone message. Does not implicitly {@link banyan.v1.ReauthDone.verify|verify} messages.
             * @function encode
             * @memberof banyan.v1.ReauthDone
             * @static
             * @param {banyan.v1.ReauthDone.$Properties} message ReauthDone message or plain object to encode
             * @param {$protobuf.Writer} [writer] Writer to encode to
             * @returns {$protobuf.Writer} Writer
             */
            ReauthDone.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.expiresAtMs != null && $Object.hasOwnProperty.call(message, "expiresAtMs") && (typeof message.expiresAtMs === "object" ? message.expiresAtMs.low || message.expiresAtMs.high : message.expiresAtMs !== 0))
                    writer.uint32(/* id 1, wireType 0 =*/8).uint64(message.expiresAtMs);
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (let i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            /**
             * Decodes a ReauthDone message from the specified reader or buffer.
             * @function decode
             * @memberof banyan.v1.ReauthDone
             * @static
             * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
             * @param {number} [length] Message length if known beforehand
             * @returns {banyan.v1.ReauthDone & banyan.v1.ReauthDone.$Shape} ReauthDone
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            ReauthDone.decode = function (reader, length, _end, _depth, _target) {
                if (!(reader instanceof $Reader))
                    reader = $Reader.create(reader);
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $Reader.recursionLimit)
                    throw $Error("max depth exceeded");
                let end, message, value;
                if (length === $undefined)
                    end = reader.len;
                else {
                    end = reader.pos + length;
                    if (end > reader.len)
                        throw $RangeError("index out of range");
                    length = reader.len;
                    reader.len = end;
                }
                message = _target || new $root.banyan.v1.ReauthDone();
                while (reader.pos < end) {
                    let start = reader.pos;
                    let tag = reader.tag();
                    if (tag === _end) {
                        _end = $undefined;
                        break;
                    }
                    let wireType = tag & 7;
                    switch (tag >>>= 3) {
                    case 1: {
                            if (wireType !== 0)
                                break;
                            if (typeof (value = reader.uint64()) === "object" ? value.low || value.high : value !== 0)
                                message.expiresAtMs = value;
                            else
                                delete message.expiresAtMs;
                            continue;
                        }
                    }
                    reader.skipType(wireType, _depth, tag);
                    if (!reader.discardUnknown) {
                        $util.makeProp(message, "$unknowns", false);
                        (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                    }
                }
                if (length !== $undefined) {
                    if (reader.pos !== end)
                        throw $RangeError("index out of range");
                    reader.len = length;
                }
                if (_end !== $undefined)
                    throw $Error("missing end group");
                return message;
            };

            /**
             * Verifies a ReauthDone message.
             * @function verify
             * @memberof banyan.v1.ReauthDone
             * @static
             * @param {Object.<string,*>} message Plain object to verify
             * @returns {string|null} `null` if valid, otherwise the reason why it is not
             */
            ReauthDone.verify = function (message, _depth) {
                if (typeof message !== "object" || message === null)
                    return "object expected";
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    return "max depth exceeded";
                if (message.expiresAtMs != null && $Object.hasOwnProperty.call(message, "expiresAtMs"))
                    if (!$util.isInteger(message.expiresAtMs) && !(message.expiresAtMs && $util.isInteger(message.expiresAtMs.low) && $util.isInteger(message.expiresAtMs.high)))
                        return "expiresAtMs: integer|Long expected";
                return null;
            };

            return ReauthDone;
        })();

        v1.Revocations = (function() {

            /**
             * Properties of a Revocations.
             * @typedef {Object} banyan.v1.Revocations.$Properties
             * @property {Array.<string>|null} [signed] Revocations signed
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */

            /**
             * Properties of a Revocations.
             * @memberof banyan.v1
             * @interface IRevocations
             * @augments banyan.v1.Revocations.$Properties
             * @deprecated Use banyan.v1.Revocations.$Properties instead.
             */

            /**
             * Shape of a Revocations.
             * @typedef {banyan.v1.Revocations.$Properties} banyan.v1.Revocations.$Shape
             */

            /**
             * Constructs a new Revocations.
             * @memberof banyan.v1
             * @classdesc Represents a Revocations.
             * @constructor
             * @param {banyan.v1.Revocations.$Properties=} [properties] Properties to set
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */
            const Revocations = function (properties) {
                this.signed = [];
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            /**
             * Revocations signed.
             * @member {Array.<string>} signed
             * @memberof banyan.v1.Revocations
             * @instance
             */
            Revocations.prototype.signed = $util.emptyArray;

            /**
             * Creates a new Revocations instance using the specified properties.
             * @function create
             * @memberof banyan.v1.Revocations
             * @static
             * @param {banyan.v1.Revocations.$Properties=} [properties] Properties to set
             * @returns {banyan.v1.Revocations} Revocations instance
             * @type {{
             *   (properties: banyan.v1.Revocations.$Shape): banyan.v1.Revocations & banyan.v1.Revocations.$Shape;
             *   (properties?: banyan.v1.Revocations.$Properties): banyan.v1.Revocations;
             * }}
             */
            Revocations.create = function(properties) {
                return new Revocations(properties);
            };

            /**
             * Encodes the specified Revocations message. Does not implicitly {@link banyan.v1.Revocations.verify|verify} messages.
             * @function encode
             * @memberof banyan.v1.Revocations
             * @static
             * @param {banyan.v1.Revocations.$Properties} message Revocations message or plain object to encode
             * @param {$protobuf.Writer} [writer] Writer to encode to
             * @returns {$protobuf.Writer} Writer
             */
            Revocations.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.signed != null && message.signed.length)
                    for (let i = 0; i < message.signed.length; ++i)
                        writer.uint32(/* id 1, wireType 2 =*/10).string(message.signed[i]);
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (let i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            /**
             * Decodes a Revocations message from the specified reader or buffer.
             * @function decode
             * @memberof banyan.v1.Revocations
             * @static
             * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
             * @param {number} [length] Message length if known beforehand
             * @returns {banyan.v1.Revocations & banyan.v1.Revocations.$Shape} Revocations
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            Revocations.decode = function (reader, length, _end, _depth, _target) {
                if (!(reader instanceof $Reader))
                    reader = $Reader.create(reader);
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $Reader.recursionLimit)
                    throw $Error("max depth exceeded");
                let end, message;
                if (length === $undefined)
                    end = reader.len;
                else {
                    end = reader.pos + length;
                    if (end > reader.len)
                        throw $RangeError("index out of range");
                    length = reader.len;
                    reader.len = end;
                }
                message = _target || new $root.banyan.v1.Revocations();
                while (reader.pos < end) {
                    let start = reader.pos;
                    let tag = reader.tag();
                    if (tag === _end) {
                        _end = $undefined;
                        break;
                    }
                    let wireType = tag & 7;
                    switch (tag >>>= 3) {
                    case 1: {
                            if (wireType !== 2)
                                break;
                            if (!(message.signed && message.signed.length))
                                message.signed = [];
                            message.signed.push(reader.stringVerify());
                            continue;
                        }
                    }
                    reader.skipType(wireType, _depth, tag);
                    if (!reader.discardUnknown) {
                        $util.makeProp(message, "$unknowns", false);
                        (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                    }
                }
                if (length !== $undefined) {
                    if (reader.pos !== end)
                        throw $RangeError("index out of range");
                    reader.len = length;
                }
                if (_end !== $undefined)
                    throw $Error("missing end group");
                return message;
            };

            /**
             * Verifies a Revocations message.
             * @function verify
             * @memberof banyan.v1.Revocations
             * @static
             * @param {Object.<string,*>} message Plain object to verify
             * @returns {string|null} `null` if valid, otherwise the reason why it is not
             */
            Revocations.verify = function (message, _depth) {
                if (typeof message !== "object" || message === null)
                    return "object expected";
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    return "max depth exceeded";
                if (message.signed != null && $Object.hasOwnProperty.call(message, "signed")) {
                    if (!$Array.isArray(message.signed))
                        return "signed: array expected";
                    for (let i = 0; i < message.signed.length; ++i)
                        if (!$util.isString(message.signed[i]))
                            return "signed: string[] expected";
                }
                return null;
            };

            return Revocations;
        })();

        v1.Credit = (function() {

            /**
             * Properties of a Credit.
             * @typedef {Object} banyan.v1.Credit.$Properties
             * @property {number|null} [requests] Credit requests
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */

            /**
             * Properties of a Credit.
             * @memberof banyan.v1
             * @interface ICredit
             * @augments banyan.v1.Credit.$Properties
             * @deprecated Use banyan.v1.Credit.$Properties instead.
             */

            /**
             * Shape of a Credit.
             * @typedef {banyan.v1.Credit.$Properties} banyan.v1.Credit.$Shape
             */

            /**
             * Constructs a new Credit.
             * @memberof banyan.v1
             * @classdesc Represents a Credit.
             * @constructor
             * @param {banyan.v1.Credit.$Properties=} [properties] Properties to set
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */
            const Credit = function (properties) {
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            /**
             * Credit requests.
             * @member {number} requests
             * @memberof banyan.v1.Credit
             * @instance
             */
            Credit.prototype.requests = 0;

            /**
             * Creates a new Credit instance using the specified properties.
             * @function create
             * @memberof banyan.v1.Credit
             * @static
             * @param {banyan.v1.Credit.$Properties=} [properties] Properties to set
             * @returns {banyan.v1.Credit} Credit instance
             * @type {{
             *   (properties: banyan.v1.Credit.$Shape): banyan.v1.Credit & banyan.v1.Credit.$Shape;
             *   (properties?: banyan.v1.Credit.$Properties): banyan.v1.Credit;
             * }}
             */
            Credit.create = function(properties) {
                return new Credit(properties);
            };

            /**
             * Encodes the specified Credit message. Does not implicitly {@link banyan.v1.Credit.verify|verify} messages.
             * @function encode
             * @memberof banyan.v1.Credit
             * @static
             * @param {banyan.v1.Credit.$Properties} message Credit message or plain object to encode
             * @param {$protobuf.Writer} [writer] Writer to encode to
             * @returns {$protobuf.Writer} Writer
             */
            Credit.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.requests != null && $Object.hasOwnProperty.call(message, "requests") && message.requests !== 0)
                    writer.uint32(/* id 1, wireType 0 =*/8).uint32(message.requests);
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (let i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            /**
             * Decodes a Credit message from the specified reader or buffer.
             * @function decode
             * @memberof banyan.v1.Credit
             * @static
             * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
             * @param {number} [length] Message length if known beforehand
             * @returns {banyan.v1.Credit & banyan.v1.Credit.$Shape} Credit
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            Credit.decode = function (reader, length, _end, _depth, _target) {
                if (!(reader instanceof $Reader))
                    reader = $Reader.create(reader);
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $Reader.recursionLimit)
                    throw $Error("max depth exceeded");
                let end, message, value;
                if (length === $undefined)
                    end = reader.len;
                else {
                    end = reader.pos + length;
                    if (end > reader.len)
                        throw $RangeError("index out of range");
                    length = reader.len;
                    reader.len = end;
                }
                message = _target || new $root.banyan.v1.Credit();
                while (reader.pos < end) {
                    let start = reader.pos;
                    let tag = reader.tag();
                    if (tag === _end) {
                        _end = $undefined;
                        break;
                    }
                    let wireType = tag & 7;
                    switch (tag >>>= 3) {
                    case 1: {
                            if (wireType !== 0)
                                break;
                            if (value = reader.uint32())
                                message.requests = value;
                            else
                                delete message.requests;
                            continue;
                        }
                    }
                    reader.skipType(wireType, _depth, tag);
                    if (!reader.discardUnknown) {
                        $util.makeProp(message, "$unknowns", false);
                        (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                    }
                }
                if (length !== $undefined) {
                    if (reader.pos !== end)
                        throw $RangeError("index out of range");
                    reader.len = length;
                }
                if (_end !== $undefined)
                    throw $Error("missing end group");
                return message;
            };

            /**
             * Verifies a Credit message.
             * @function verify
             * @memberof banyan.v1.Credit
             * @static
             * @param {Object.<string,*>} message Plain object to verify
             * @returns {string|null} `null` if valid, otherwise the reason why it is not
             */
            Credit.verify = function (message, _depth) {
                if (typeof message !== "object" || message === null)
                    return "object expected";
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    return "max depth exceeded";
                if (message.requests != null && $Object.hasOwnProperty.call(message, "requests"))
                    if (!$util.isInteger(message.requests))
                        return "requests: integer expected";
                return null;
            };

            return Credit;
        })();

        v1.Draining = (function() {

            /**
             * Properties of a Draining.
             * @typedef {Object} banyan.v1.Draining.$Properties
             * @property {number|null} [deadlineMs] Draining deadlineMs
             * @property {Array.<banyan.v1.SupernodeRef.$Properties>|null} [alternates] Draining alternates
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */

            /**
             * Properties of a Draining.
             * @memberof banyan.v1
             * @interface IDraining
             * @augments banyan.v1.Draining.$Properties
             * @deprecated Use banyan.v1.Draining.$Properties instead.
             */

            /**
             * Shape of a Draining.
             * @typedef {banyan.v1.Draining.$Properties} banyan.v1.Draining.$Shape
             */

            /**
             * Constructs a new Draining.
             * @memberof banyan.v1
             * @classdesc Represents a Draining.
             * @constructor
             * @param {banyan.v1.Draining.$Properties=} [properties] Properties to set
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */
            const Draining = function (properties) {
                this.alternates = [];
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            /**
             * Draining deadlineMs.
             * @member {number} deadlineMs
             * @memberof banyan.v1.Draining
             * @instance
             */
            Draining.prototype.deadlineMs = $util.Long ? $util.Long.fromBits(0,0,true) : 0;

            /**
             * Draining alternates.
             * @member {Array.<banyan.v1.SupernodeRef.$Properties>} alternates
             * @memberof banyan.v1.Draining
             * @instance
             */
            Draining.prototype.alternates = $util.emptyArray;

            /**
             * Creates a new Draining instance using the specified properties.
             * @function create
             * @memberof banyan.v1.Draining
             * @static
             * @param {banyan.v1.Draining.$Properties=} [properties] Properties to set
             * @returns {banyan.v1.Draining} Draining instance
             * @type {{
             *   (properties: banyan.v1.Draining.$Shape): banyan.v1.Draining & banyan.v1.Draining.$Shape;
             *   (properties?: banyan.v1.Draining.$Properties): banyan.v1.Draining;
             * }}
             */
            Draining.create = function(properties) {
                return new Draining(properties);
            };

            /**
             * Encodes the specified Draining message. Does not implicitly {@link banyan.v1.Draining.verify|verify} messages.
             * @function encode
             * @memberof banyan.v1.Draining
             * @static
             * @param {banyan.v1.Draining.$Properties} message Draining message or plain object to encode
             * @param {$protobuf.Writer} [writer] Writer to encode to
             * @returns {$protobuf.Writer} Writer
             */
            Draining.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.deadlineMs != null && $Object.hasOwnProperty.call(message, "deadlineMs") && (typeof message.deadlineMs === "object" ? message.deadlineMs.low || message.deadlineMs.high : message.deadlineMs !== 0))
                    writer.uint32(/* id 1, wireType 0 =*/8).uint64(message.deadlineMs);
                if (message.alternates != null && message.alternates.length)
                    for (let i = 0; i < message.alternates.length; ++i)
                        $root.banyan.v1.SupernodeRef.encode(message.alternates[i], writer.uint32(/* id 2, wireType 2 =*/18).fork(), _depth + 1).ldelim();
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (let i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            /**
             * Decodes a Draining message from the specified reader or buffer.
             * @function decode
             * @memberof banyan.v1.Draining
             * @static
             * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
             * @param {number} [length] Message length if known beforehand
             * @returns {banyan.v1.Draining & banyan.v1.Draining.$Shape} Draining
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            Draining.decode = function (reader, length, _end, _depth, _target) {
                if (!(reader instanceof $Reader))
                    reader = $Reader.create(reader);
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $Reader.recursionLimit)
                    throw $Error("max depth exceeded");
                let end, message, value;
                if (length === $undefined)
                    end = reader.len;
                else {
                    end = reader.pos + length;
                    if (end > reader.len)
                        throw $RangeError("index out of range");
                    length = reader.len;
                    reader.len = end;
                }
                message = _target || new $root.banyan.v1.Draining();
                while (reader.pos < end) {
                    let start = reader.pos;
                    let tag = reader.tag();
                    if (tag === _end) {
                        _end = $undefined;
                        break;
                    }
                    let wireType = tag & 7;
                    switch (tag >>>= 3) {
                    case 1: {
                            if (wireType !== 0)
                                break;
                            if (typeof (value = reader.uint64()) === "object" ? value.low || value.high : value !== 0)
                                message.deadlineMs = value;
                            else
                                delete message.deadlineMs;
                            continue;
                        }
                    case 2: {
                            if (wireType !== 2)
                                break;
                            if (!(message.alternates && message.alternates.length))
                                message.alternates = [];
                            message.alternates.push($root.banyan.v1.SupernodeRef.decode(reader, reader.size(), $undefined, _depth + 1));
                            continue;
                        }
                    }
                    reader.skipType(wireType, _depth, tag);
                    if (!reader.discardUnknown) {
                        $util.makeProp(message, "$unknowns", false);
                        (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                    }
                }
                if (length !== $undefined) {
                    if (reader.pos !== end)
                        throw $RangeError("index out of range");
                    reader.len = length;
                }
                if (_end !== $undefined)
                    throw $Error("missing end group");
                return message;
            };

            /**
             * Verifies a Draining message.
             * @function verify
             * @memberof banyan.v1.Draining
             * @static
             * @param {Object.<string,*>} message Plain object to verify
             * @returns {string|null} `null` if valid, otherwise the reason why it is not
             */
            Draining.verify = function (message, _depth) {
                if (typeof message !== "object" || message === null)
                    return "object expected";
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    return "max depth exceeded";
                if (message.deadlineMs != null && $Object.hasOwnProperty.call(message, "deadlineMs"))
                    if (!$util.isInteger(message.deadlineMs) && !(message.deadlineMs && $util.isInteger(message.deadlineMs.low) && $util.isInteger(message.deadlineMs.high)))
                        return "deadlineMs: integer|Long expected";
                if (message.alternates != null && $Object.hasOwnProperty.call(message, "alternates")) {
                    if (!$Array.isArray(message.alternates))
                        return "alternates: array expected";
                    for (let i = 0; i < message.alternates.length; ++i) {
                        let error = $root.banyan.v1.SupernodeRef.verify(message.alternates[i], _depth + 1);
                        if (error)
                            return "alternates." + error;
                    }
                }
                return null;
            };

            return Draining;
        })();

        v1.Error = (function() {

            /**
             * Properties of an Error.
             * @typedef {Object} banyan.v1.Error.$Properties
             * @property {string|null} [code] Error code
             * @property {string|null} [message] Error message
             * @property {number|null} [retryAfterMs] Error retryAfterMs
             * @property {boolean|null} [fatal] Error fatal
             * @property {Array.<banyan.v1.SupernodeRef.$Properties>|null} [alternates] Error alternates
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */

            /**
             * Properties of an Error.
             * @memberof banyan.v1
             * @interface IError
             * @augments banyan.v1.Error.$Properties
             * @deprecated Use banyan.v1.Error.$Properties instead.
             */

            /**
             * Shape of an Error.
             * @typedef {banyan.v1.Error.$Properties} banyan.v1.Error.$Shape
             */

            /**
             * Constructs a new Error.
             * @memberof banyan.v1
             * @classdesc Represents an Error.
             * @constructor
             * @param {banyan.v1.Error.$Properties=} [properties] Properties to set
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */
            const Error = function (properties) {
                this.alternates = [];
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            /**
             * Error code.
             * @member {string} code
             * @memberof banyan.v1.Error
             * @instance
             */
            Error.prototype.code = "";

            /**
             * Error message.
             * @member {string} message
             * @memberof banyan.v1.Error
             * @instance
             */
            Error.prototype.message = "";

            /**
             * Error retryAfterMs.
             * @member {number} retryAfterMs
             * @memberof banyan.v1.Error
             * @instance
             */
            Error.prototype.retryAfterMs = 0;

            /**
             * Error fatal.
             * @member {boolean} fatal
             * @memberof banyan.v1.Error
             * @instance
             */
            Error.prototype.fatal = false;

            /**
             * Error alternates.
             * @member {Array.<banyan.v1.SupernodeRef.$Properties>} alternates
             * @memberof banyan.v1.Error
             * @instance
             */
            Error.prototype.alternates = $util.emptyArray;

            /**
             * Creates a new Error instance using the specified properties.
             * @function create
             * @memberof banyan.v1.Error
             * @static
             * @param {banyan.v1.Error.$Properties=} [properties] Properties to set
             * @returns {banyan.v1.Error} Error instance
             * @type {{
             *   (properties: banyan.v1.Error.$Shape): banyan.v1.Error & banyan.v1.Error.$Shape;
             *   (properties?: banyan.v1.Error.$Properties): banyan.v1.Error;
             * }}
             */
            Error.create = function(properties) {
                return new Error(properties);
            };

            /**
             * Encodes the specified Error message. Does not implicitly {@link banyan.v1.Error.verify|verify} messages.
             * @function encode
             * @memberof banyan.v1.Error
             * @static
             * @param {banyan.v1.Error.$Properties} message Error message or plain object to encode
             * @param {$protobuf.Writer} [writer] Writer to encode to
             * @returns {$protobuf.Writer} Writer
             */
            Error.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.code != null && $Object.hasOwnProperty.call(message, "code") && message.code !== "")
                    writer.uint32(/* id 1, wireType 2 =*/10).string(message.code);
                if (message.message != null && $Object.hasOwnProperty.call(message, "message") && message.message !== "")
                    writer.uint32(/* id 2, wireType 2 =*/18).string(message.message);
                if (message.retryAfterMs != null && $Object.hasOwnProperty.call(message, "retryAfterMs") && message.retryAfterMs !== 0)
                    writer.uint32(/* id 3, wireType 0 =*/24).uint32(message.retryAfterMs);
                if (message.fatal != null && $Object.hasOwnProperty.call(message, "fatal") && message.fatal !== false)
                    writer.uint32(/* id 4, wireType 0 =*/32).bool(message.fatal);
                if (message.alternates != null && message.alternates.length)
                    for (let i = 0; i < message.alternates.length; ++i)
                        $root.banyan.v1.SupernodeRef.encode(message.alternates[i], writer.uint32(/* id 5, wireType 2 =*/42).fork(), _depth + 1).ldelim();
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (let i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            /**
             * Decodes an Error message from the specified reader or buffer.
             * @function decode
             * @memberof banyan.v1.Error
             * @static
             * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
             * @param {number} [length] Message length if known beforehand
             * @returns {banyan.v1.Error & banyan.v1.Error.$Shape} Error
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            Error.decode = function (reader, length, _end, _depth, _target) {
                if (!(reader instanceof $Reader))
                    reader = $Reader.create(reader);
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $Reader.recursionLimit)
                    throw $Error("max depth exceeded");
                let end, message, value;
                if (length === $undefined)
                    end = reader.len;
                else {
                    end = reader.pos + length;
                    if (end > reader.len)
                        throw $RangeError("index out of range");
                    length = reader.len;
                    reader.len = end;
                }
                message = _target || new $root.banyan.v1.Error();
                while (reader.pos < end) {
                    let start = reader.pos;
                    let tag = reader.tag();
                    if (tag === _end) {
                        _end = $undefined;
                        break;
                    }
                    let wireType = tag & 7;
                    switch (tag >>>= 3) {
                    case 1: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.code = value;
                            else
                                delete message.code;
                            continue;
                        }
                    case 2: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.message = value;
                            else
                                delete message.message;
                            continue;
                        }
                    case 3: {
                            if (wireType !== 0)
                                break;
                            if (value = reader.uint32())
                                message.retryAfterMs = value;
                            else
                                delete message.retryAfterMs;
                            continue;
                        }
                    case 4: {
                            if (wireType !== 0)
                                break;
                            if (value = reader.bool())
                                message.fatal = value;
                            else
                                delete message.fatal;
                            continue;
                        }
                    case 5: {
                            if (wireType !== 2)
                                break;
                            if (!(message.alternates && message.alternates.length))
                                message.alternates = [];
                            message.alternates.push($root.banyan.v1.SupernodeRef.decode(reader, reader.size(), $undefined, _depth + 1));
                            continue;
                        }
                    }
                    reader.skipType(wireType, _depth, tag);
                    if (!reader.discardUnknown) {
                        $util.makeProp(message, "$unknowns", false);
                        (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                    }
                }
                if (length !== $undefined) {
                    if (reader.pos !== end)
                        throw $RangeError("index out of range");
                    reader.len = length;
                }
                if (_end !== $undefined)
                    throw $Error("missing end group");
                return message;
            };

            /**
             * Verifies an Error message.
             * @function verify
             * @memberof banyan.v1.Error
             * @static
             * @param {Object.<string,*>} message Plain object to verify
             * @returns {string|null} `null` if valid, otherwise the reason why it is not
             */
            Error.verify = function (message, _depth) {
                if (typeof message !== "object" || message === null)
                    return "object expected";
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    return "max depth exceeded";
                if (message.code != null && $Object.hasOwnProperty.call(message, "code"))
                    if (!$util.isString(message.code))
                        return "code: string expected";
                if (message.message != null && $Object.hasOwnProperty.call(message, "message"))
                    if (!$util.isString(message.message))
                        return "message: string expected";
                if (message.retryAfterMs != null && $Object.hasOwnProperty.call(message, "retryAfterMs"))
                    if (!$util.isInteger(message.retryAfterMs))
                        return "retryAfterMs: integer expected";
                if (message.fatal != null && $Object.hasOwnProperty.call(message, "fatal"))
                    if (typeof message.fatal !== "boolean")
                        return "fatal: boolean expected";
                if (message.alternates != null && $Object.hasOwnProperty.call(message, "alternates")) {
                    if (!$Array.isArray(message.alternates))
                        return "alternates: array expected";
                    for (let i = 0; i < message.alternates.length; ++i) {
                        let error = $root.banyan.v1.SupernodeRef.verify(message.alternates[i], _depth + 1);
                        if (error)
                            return "alternates." + error;
                    }
                }
                return null;
            };

            return Error;
        })();

        v1.Reachability = (function() {

            /**
             * Properties of a Reachability.
             * @typedef {Object} banyan.v1.Reachability.$Properties
             * @property {Array.<banyan.v1.AddressCheck.$Properties>|null} [checks] Reachability checks
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */

            /**
             * Properties of a Reachability.
             * @memberof banyan.v1
             * @interface IReachability
             * @augments banyan.v1.Reachability.$Properties
             * @deprecated Use banyan.v1.Reachability.$Properties instead.
             */

            /**
             * Shape of a Reachability.
             * @typedef {banyan.v1.Reachability.$Properties} banyan.v1.Reachability.$Shape
             */

            /**
             * Constructs a new Reachability.
             * @memberof banyan.v1
             * @classdesc Represents a Reachability.
             * @constructor
             * @param {banyan.v1.Reachability.$Properties=} [properties] Properties to set
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */
            const Reachability = function (properties) {
                this.checks = [];
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            /**
             * Reachability checks.
             * @member {Array.<banyan.v1.AddressCheck.$Properties>} checks
             * @memberof banyan.v1.Reachability
             * @instance
             */
            Reachability.prototype.checks = $util.emptyArray;

            /**
             * Creates a new Reachability instance using the specified properties.
             * @function create
             * @memberof banyan.v1.Reachability
             * @static
             * @param {banyan.v1.Reachability.$Properties=} [properties] Properties to set
             * @returns {banyan.v1.Reachability} Reachability instance
             * @type {{
             *   (properties: banyan.v1.Reachability.$Shape): banyan.v1.Reachability & banyan.v1.Reachability.$Shape;
             *   (properties?: banyan.v1.Reachability.$Properties): banyan.v1.Reachability;
             * }}
             */
            Reachability.create = function(properties) {
                return new Reachability(properties);
            };

            /**
             * Encodes the specified Reachability message. Does not implicitly {@link banyan.v1.Reachability.verify|verify} messages.
             * @function encode
             * @memberof banyan.v1.Reachability
             * @static
             * @param {banyan.v1.Reachability.$Properties} message Reachability message or plain object to encode
             * @param {$protobuf.Writer} [writer] Writer to encode to
             * @returns {$protobuf.Writer} Writer
             */
            Reachability.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.checks != null && message.checks.length)
                    for (let i = 0; i < message.checks.length; ++i)
                        $root.banyan.v1.AddressCheck.encode(message.checks[i], writer.uint32(/* id 1, wireType 2 =*/10).fork(), _depth + 1).ldelim();
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (let i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            /**
             * Decodes a Reachability message from the specified reader or buffer.
             * @function decode
             * @memberof banyan.v1.Reachability
             * @static
             * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
             * @param {number} [length] Message length if known beforehand
             * @returns {banyan.v1.Reachability & banyan.v1.Reachability.$Shape} Reachability
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            Reachability.decode = function (reader, length, _end, _depth, _target) {
                if (!(reader instanceof $Reader))
                    reader = $Reader.create(reader);
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $Reader.recursionLimit)
                    throw $Error("max depth exceeded");
                let end, message;
                if (length === $undefined)
                    end = reader.len;
                else {
                    end = reader.pos + length;
                    if (end > reader.len)
                        throw $RangeError("index out of range");
                    length = reader.len;
                    reader.len = end;
                }
                message = _target || new $root.banyan.v1.Reachability();
                while (reader.pos < end) {
                    let start = reader.pos;
                    let tag = reader.tag();
                    if (tag === _end) {
                        _end = $undefined;
                        break;
                    }
                    let wireType = tag & 7;
                    switch (tag >>>= 3) {
                    case 1: {
                            if (wireType !== 2)
                                break;
                            if (!(message.checks && message.checks.length))
                                message.checks = [];
                            message.checks.push($root.banyan.v1.AddressCheck.decode(reader, reader.size(), $undefined, _depth + 1));
                            continue;
                        }
                    }
                    reader.skipType(wireType, _depth, tag);
                    if (!reader.discardUnknown) {
                        $util.makeProp(message, "$unknowns", false);
                        (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                    }
                }
                if (length !== $undefined) {
                    if (reader.pos !== end)
                        throw $RangeError("index out of range");
                    reader.len = length;
                }
                if (_end !== $undefined)
                    throw $Error("missing end group");
                return message;
            };

            /**
             * Verifies a Reachability message.
             * @function verify
             * @memberof banyan.v1.Reachability
             * @static
             * @param {Object.<string,*>} message Plain object to verify
             * @returns {string|null} `null` if valid, otherwise the reason why it is not
             */
            Reachability.verify = function (message, _depth) {
                if (typeof message !== "object" || message === null)
                    return "object expected";
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    return "max depth exceeded";
                if (message.checks != null && $Object.hasOwnProperty.call(message, "checks")) {
                    if (!$Array.isArray(message.checks))
                        return "checks: array expected";
                    for (let i = 0; i < message.checks.length; ++i) {
                        let error = $root.banyan.v1.AddressCheck.verify(message.checks[i], _depth + 1);
                        if (error)
                            return "checks." + error;
                    }
                }
                return null;
            };

            return Reachability;
        })();

        v1.AddressCheck = (function() {

            /**
             * Properties of an AddressCheck.
             * @typedef {Object} banyan.v1.AddressCheck.$Properties
             * @property {banyan.v1.Address.$Properties|null} [address] AddressCheck address
             * @property {boolean|null} [reachable] AddressCheck reachable
             * @property {string|null} [code] AddressCheck code
             * @property {string|null} [message] AddressCheck message
             * @property {number|null} [roundTripMs] AddressCheck roundTripMs
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */

            /**
             * Properties of an AddressCheck.
             * @memberof banyan.v1
             * @interface IAddressCheck
             * @augments banyan.v1.AddressCheck.$Properties
             * @deprecated Use banyan.v1.AddressCheck.$Properties instead.
             */

            /**
             * Shape of an AddressCheck.
             * @typedef {banyan.v1.AddressCheck.$Properties} banyan.v1.AddressCheck.$Shape
             */

            /**
             * Constructs a new AddressCheck.
             * @memberof banyan.v1
             * @classdesc Represents an AddressCheck.
             * @constructor
             * @param {banyan.v1.AddressCheck.$Properties=} [properties] Properties to set
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */
            const AddressCheck = function (properties) {
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            /**
             * AddressCheck address.
             * @member {banyan.v1.Address.$Properties|null|undefined} address
             * @memberof banyan.v1.AddressCheck
             * @instance
             */
            AddressCheck.prototype.address = null;

            /**
             * AddressCheck reachable.
             * @member {boolean} reachable
             * @memberof banyan.v1.AddressCheck
             * @instance
             */
            AddressCheck.prototype.reachable = false;

            /**
             * AddressCheck code.
             * @member {string} code
             * @memberof banyan.v1.AddressCheck
             * @instance
             */
            AddressCheck.prototype.code = "";

            /**
             * AddressCheck message.
             * @member {string} message
             * @memberof banyan.v1.AddressCheck
             * @instance
             */
            AddressCheck.prototype.message = "";

            /**
             * AddressCheck roundTripMs.
             * @member {number} roundTripMs
             * @memberof banyan.v1.AddressCheck
             * @instance
             */
            AddressCheck.prototype.roundTripMs = 0;

            /**
             * Creates a new AddressCheck instance using the specified properties.
             * @function create
             * @memberof banyan.v1.AddressCheck
             * @static
             * @param {banyan.v1.AddressCheck.$Properties=} [properties] Properties to set
             * @returns {banyan.v1.AddressCheck} AddressCheck instance
             * @type {{
             *   (properties: banyan.v1.AddressCheck.$Shape): banyan.v1.AddressCheck & banyan.v1.AddressCheck.$Shape;
             *   (properties?: banyan.v1.AddressCheck.$Properties): banyan.v1.AddressCheck;
             * }}
             */
            AddressCheck.create = function(properties) {
                return new AddressCheck(properties);
            };

            /**
             * Encodes the specified AddressCheck message. Does not implicitly {@link banyan.v1.AddressCheck.verify|verify} messages.
             * @function encode
             * @memberof banyan.v1.AddressCheck
             * @static
             * @param {banyan.v1.AddressCheck.$Properties} message AddressCheck message or plain object to encode
             * @param {$protobuf.Writer} [writer] Writer to encode to
             * @returns {$protobuf.Writer} Writer
             */
            AddressCheck.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.address != null && $Object.hasOwnProperty.call(message, "address"))
                    $root.banyan.v1.Address.encode(message.address, writer.uint32(/* id 1, wireType 2 =*/10).fork(), _depth + 1).ldelim();
                if (message.reachable != null && $Object.hasOwnProperty.call(message, "reachable") && message.reachable !== false)
                    writer.uint32(/* id 2, wireType 0 =*/16).bool(message.reachable);
                if (message.code != null && $Object.hasOwnProperty.call(message, "code") && message.code !== "")
                    writer.uint32(/* id 3, wireType 2 =*/26).string(message.code);
                if (message.message != null && $Object.hasOwnProperty.call(message, "message") && message.message !== "")
                    writer.uint32(/* id 4, wireType 2 =*/34).string(message.message);
                if (message.roundTripMs != null && $Object.hasOwnProperty.call(message, "roundTripMs") && message.roundTripMs !== 0)
                    writer.uint32(/* id 5, wireType 0 =*/40).uint32(message.roundTripMs);
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (let i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            /**
             * Decodes an AddressCheck message from the specified reader or buffer.
             * @function decode
             * @memberof banyan.v1.AddressCheck
             * @static
             * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
             * @param {number} [length] Message length if known beforehand
             * @returns {banyan.v1.AddressCheck & banyan.v1.AddressCheck.$Shape} AddressCheck
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            AddressCheck.decode = function (reader, length, _end, _depth, _target) {
                if (!(reader instanceof $Reader))
                    reader = $Reader.create(reader);
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $Reader.recursionLimit)
                    throw $Error("max depth exceeded");
                let end, message, value;
                if (length === $undefined)
                    end = reader.len;
                else {
                    end = reader.pos + length;
                    if (end > reader.len)
                        throw $RangeError("index out of range");
                    length = reader.len;
                    reader.len = end;
                }
                message = _target || new $root.banyan.v1.AddressCheck();
                while (reader.pos < end) {
                    let start = reader.pos;
                    let tag = reader.tag();
                    if (tag === _end) {
                        _end = $undefined;
                        break;
                    }
                    let wireType = tag & 7;
                    switch (tag >>>= 3) {
                    case 1: {
                            if (wireType !== 2)
                                break;
                            message.address = $root.banyan.v1.Address.decode(reader, reader.size(), $undefined, _depth + 1, message.address);
                            continue;
                        }
                    case 2: {
                            if (wireType !== 0)
                                break;
                            if (value = reader.bool())
                                message.reachable = value;
                            else
                                delete message.reachable;
                            continue;
                        }
                    case 3: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.code = value;
                            else
                                delete message.code;
                            continue;
                        }
                    case 4: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.message = value;
                            else
                                delete message.message;
                            continue;
                        }
                    case 5: {
                            if (wireType !== 0)
                                break;
                            if (value = reader.uint32())
                                message.roundTripMs = value;
                            else
                                delete message.roundTripMs;
                            continue;
                        }
                    }
                    reader.skipType(wireType, _depth, tag);
                    if (!reader.discardUnknown) {
                        $util.makeProp(message, "$unknowns", false);
                        (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                    }
                }
                if (length !== $undefined) {
                    if (reader.pos !== end)
                        throw $RangeError("index out of range");
                    reader.len = length;
                }
                if (_end !== $undefined)
                    throw $Error("missing end group");
                return message;
            };

            /**
             * Verifies an AddressCheck message.
             * @function verify
             * @memberof banyan.v1.AddressCheck
             * @static
             * @param {Object.<string,*>} message Plain object to verify
             * @returns {string|null} `null` if valid, otherwise the reason why it is not
             */
            AddressCheck.verify = function (message, _depth) {
                if (typeof message !== "object" || message === null)
                    return "object expected";
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    return "max depth exceeded";
                if (message.address != null && $Object.hasOwnProperty.call(message, "address")) {
                    let error = $root.banyan.v1.Address.verify(message.address, _depth + 1);
                    if (error)
                        return "address." + error;
                }
                if (message.reachable != null && $Object.hasOwnProperty.call(message, "reachable"))
                    if (typeof message.reachable !== "boolean")
                        return "reachable: boolean expected";
                if (message.code != null && $Object.hasOwnProperty.call(message, "code"))
                    if (!$util.isString(message.code))
                        return "code: string expected";
                if (message.message != null && $Object.hasOwnProperty.call(message, "message"))
                    if (!$util.isString(message.message))
                        return "message: string expected";
                if (message.roundTripMs != null && $Object.hasOwnProperty.call(message, "roundTripMs"))
                    if (!$util.isInteger(message.roundTripMs))
                        return "roundTripMs: integer expected";
                return null;
            };

            return AddressCheck;
        })();

        v1.CheckReach = (function() {

            /**
             * Properties of a CheckReach.
             * @typedef {Object} banyan.v1.CheckReach.$Properties
             * @property {Uint8Array|null} [root] CheckReach root
             * @property {number|null} [length] CheckReach length
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */

            /**
             * Properties of a CheckReach.
             * @memberof banyan.v1
             * @interface ICheckReach
             * @augments banyan.v1.CheckReach.$Properties
             * @deprecated Use banyan.v1.CheckReach.$Properties instead.
             */

            /**
             * Shape of a CheckReach.
             * @typedef {banyan.v1.CheckReach.$Properties} banyan.v1.CheckReach.$Shape
             */

            /**
             * Constructs a new CheckReach.
             * @memberof banyan.v1
             * @classdesc Represents a CheckReach.
             * @constructor
             * @param {banyan.v1.CheckReach.$Properties=} [properties] Properties to set
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */
            const CheckReach = function (properties) {
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            /**
             * CheckReach root.
             * @member {Uint8Array} root
             * @memberof banyan.v1.CheckReach
             * @instance
             */
            CheckReach.prototype.root = $util.newBuffer([]);

            /**
             * CheckReach length.
             * @member {number} length
             * @memberof banyan.v1.CheckReach
             * @instance
             */
            CheckReach.prototype.length = $util.Long ? $util.Long.fromBits(0,0,true) : 0;

            /**
             * Creates a new CheckReach instance using the specified properties.
             * @function create
             * @memberof banyan.v1.CheckReach
             * @static
             * @param {banyan.v1.CheckReach.$Properties=} [properties] Properties to set
             * @returns {banyan.v1.CheckReach} CheckReach instance
             * @type {{
             *   (properties: banyan.v1.CheckReach.$Shape): banyan.v1.CheckReach & banyan.v1.CheckReach.$Shape;
             *   (properties?: banyan.v1.CheckReach.$Properties): banyan.v1.CheckReach;
             * }}
             */
            CheckReach.create = function(properties) {
                return new CheckReach(properties);
            };

            /**
             * Encodes the specified CheckReach message. Does not implicitly {@link banyan.v1.CheckReach.verify|verify} messages.
             * @function encode
             * @memberof banyan.v1.CheckReach
             * @static
             * @param {banyan.v1.CheckReach.$Properties} message CheckReach message or plain object to encode
             * @param {$protobuf.Writer} [writer] Writer to encode to
             * @returns {$protobuf.Writer} Writer
             */
            CheckReach.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.root != null && $Object.hasOwnProperty.call(message, "root") && message.root.length)
                    writer.uint32(/* id 1, wireType 2 =*/10).bytes(message.root);
                if (message.length != null && $Object.hasOwnProperty.call(message, "length") && (typeof message.length === "object" ? message.length.low || message.length.high : message.length !== 0))
                    writer.uint32(/* id 2, wireType 0 =*/16).uint64(message.length);
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (let i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            /**
             * Decodes a CheckReach message from the specified reader or buffer.
             * @function decode
             * @memberof banyan.v1.CheckReach
             * @static
             * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
             * @param {number} [length] Message length if known beforehand
             * @returns {banyan.v1.CheckReach & banyan.v1.CheckReach.$Shape} CheckReach
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            CheckReach.decode = function (reader, length, _end, _depth, _target) {
                if (!(reader instanceof $Reader))
                    reader = $Reader.create(reader);
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $Reader.recursionLimit)
                    throw $Error("max depth exceeded");
                let end, message, value;
                if (length === $undefined)
                    end = reader.len;
                else {
                    end = reader.pos + length;
                    if (end > reader.len)
                        throw $RangeError("index out of range");
                    length = reader.len;
                    reader.len = end;
                }
                message = _target || new $root.banyan.v1.CheckReach();
                while (reader.pos < end) {
                    let start = reader.pos;
                    let tag = reader.tag();
                    if (tag === _end) {
                        _end = $undefined;
                        break;
                    }
                    let wireType = tag & 7;
                    switch (tag >>>= 3) {
                    case 1: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.bytes()).length)
                                message.root = value;
                            else
                                delete message.root;
                            continue;
                        }
                    case 2: {
                            if (wireType !== 0)
                                break;
                            if (typeof (value = reader.uint64()) === "object" ? value.low || value.high : value !== 0)
                                message.length = value;
                            else
                                delete message.length;
                            continue;
                        }
                    }
                    reader.skipType(wireType, _depth, tag);
                    if (!reader.discardUnknown) {
                        $util.makeProp(message, "$unknowns", false);
                        (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                    }
                }
                if (length !== $undefined) {
                    if (reader.pos !== end)
                        throw $RangeError("index out of range");
                    reader.len = length;
                }
                if (_end !== $undefined)
                    throw $Error("missing end group");
                return message;
            };

            /**
             * Verifies a CheckReach message.
             * @function verify
             * @memberof banyan.v1.CheckReach
             * @static
             * @param {Object.<string,*>} message Plain object to verify
             * @returns {string|null} `null` if valid, otherwise the reason why it is not
             */
            CheckReach.verify = function (message, _depth) {
                if (typeof message !== "object" || message === null)
                    return "object expected";
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    return "max depth exceeded";
                if (message.root != null && $Object.hasOwnProperty.call(message, "root"))
                    if (!(message.root && typeof message.root.length === "number" || $util.isString(message.root)))
                        return "root: buffer expected";
                if (message.length != null && $Object.hasOwnProperty.call(message, "length"))
                    if (!$util.isInteger(message.length) && !(message.length && $util.isInteger(message.length.low) && $util.isInteger(message.length.high)))
                        return "length: integer|Long expected";
                return null;
            };

            return CheckReach;
        })();

        v1.ReachChecked = (function() {

            /**
             * Properties of a ReachChecked.
             * @typedef {Object} banyan.v1.ReachChecked.$Properties
             * @property {Array.<banyan.v1.AddressCheck.$Properties>|null} [checks] ReachChecked checks
             * @property {banyan.v1.ChunkFetch.$Properties|null} [fetch] ReachChecked fetch
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */

            /**
             * Properties of a ReachChecked.
             * @memberof banyan.v1
             * @interface IReachChecked
             * @augments banyan.v1.ReachChecked.$Properties
             * @deprecated Use banyan.v1.ReachChecked.$Properties instead.
             */

            /**
             * Shape of a ReachChecked.
             * @typedef {banyan.v1.ReachChecked.$Properties} banyan.v1.ReachChecked.$Shape
             */

            /**
             * Constructs a new ReachChecked.
             * @memberof banyan.v1
             * @classdesc Represents a ReachChecked.
             * @constructor
             * @param {banyan.v1.ReachChecked.$Properties=} [properties] Properties to set
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */
            const ReachChecked = function (properties) {
                this.checks = [];
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            /**
             * ReachChecked checks.
             * @member {Array.<banyan.v1.AddressCheck.$Properties>} checks
             * @memberof banyan.v1.ReachChecked
             * @instance
             */
            ReachChecked.prototype.checks = $util.emptyArray;

            /**
             * ReachChecked fetch.
             * @member {banyan.v1.ChunkFetch.$Properties|null|undefined} fetch
             * @memberof banyan.v1.ReachChecked
             * @instance
             */
            ReachChecked.prototype.fetch = null;

            /**
             * Creates a new ReachChecked instance using the specified properties.
             * @function create
             * @memberof banyan.v1.ReachChecked
             * @static
             * @param {banyan.v1.ReachChecked.$Properties=} [properties] Properties to set
             * @returns {banyan.v1.ReachChecked} ReachChecked instance
             * @type {{
             *   (properties: banyan.v1.ReachChecked.$Shape): banyan.v1.ReachChecked & banyan.v1.ReachChecked.$Shape;
             *   (properties?: banyan.v1.ReachChecked.$Properties): banyan.v1.ReachChecked;
             * }}
             */
            ReachChecked.create = function(properties) {
                return new ReachChecked(properties);
            };

            /**
             * Encodes the specified ReachChecked message. Does not implicitly {@link banyan.v1.ReachChecked.verify|verify} messages.
             * @function encode
             * @memberof banyan.v1.ReachChecked
             * @static
             * @param {banyan.v1.ReachChecked.$Properties} message ReachChecked message or plain object to encode
             * @param {$protobuf.Writer} [writer] Writer to encode to
             * @returns {$protobuf.Writer} Writer
             */
            ReachChecked.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.checks != null && message.checks.length)
                    for (let i = 0; i < message.checks.length; ++i)
                        $root.banyan.v1.AddressCheck.encode(message.checks[i], writer.uint32(/* id 1, wireType 2 =*/10).fork(), _depth + 1).ldelim();
                if (message.fetch != null && $Object.hasOwnProperty.call(message, "fetch"))
                    $root.banyan.v1.ChunkFetch.encode(message.fetch, writer.uint32(/* id 2, wireType 2 =*/18).fork(), _depth + 1).ldelim();
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (let i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            /**
             * Decodes a ReachChecked message from the specified reader or buffer.
             * @function decode
             * @memberof banyan.v1.ReachChecked
             * @static
             * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
             * @param {number} [length] Message length if known beforehand
             * @returns {banyan.v1.ReachChecked & banyan.v1.ReachChecked.$Shape} ReachChecked
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            ReachChecked.decode = function (reader, length, _end, _depth, _target) {
                if (!(reader instanceof $Reader))
                    reader = $Reader.create(reader);
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $Reader.recursionLimit)
                    throw $Error("max depth exceeded");
                let end, message, value;
                if (length === $undefined)
                    end = reader.len;
                else {
                    end = reader.pos + length;
                    if (end > reader.len)
                        throw $RangeError("index out of range");
                    length = reader.len;
                    reader.len = end;
                }
                message = _target || new $root.banyan.v1.ReachChecked();
                while (reader.pos < end) {
                    let start = reader.pos;
                    let tag = reader.tag();
                    if (tag === _end) {
                        _end = $undefined;
                        break;
                    }
                    let wireType = tag & 7;
                    switch (tag >>>= 3) {
                    case 1: {
                            if (wireType !== 2)
                                break;
                            if (!(message.checks && message.checks.length))
                                message.checks = [];
                            message.checks.push($root.banyan.v1.AddressCheck.decode(reader, reader.size(), $undefined, _depth + 1));
                            continue;
                        }
                    case 2: {
                            if (wireType !== 2)
                                break;
                            message.fetch = $root.banyan.v1.ChunkFetch.decode(reader, reader.size(), $undefined, _depth + 1, message.fetch);
                            continue;
                        }
                    }
                    reader.skipType(wireType, _depth, tag);
                    if (!reader.discardUnknown) {
                        $util.makeProp(message, "$unknowns", false);
                        (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                    }
                }
                if (length !== $undefined) {
                    if (reader.pos !== end)
                        throw $RangeError("index out of range");
                    reader.len = length;
                }
                if (_end !== $undefined)
                    throw $Error("missing end group");
                return message;
            };

            /**
             * Verifies a ReachChecked message.
             * @function verify
             * @memberof banyan.v1.ReachChecked
             * @static
             * @param {Object.<string,*>} message Plain object to verify
             * @returns {string|null} `null` if valid, otherwise the reason why it is not
             */
            ReachChecked.verify = function (message, _depth) {
                if (typeof message !== "object" || message === null)
                    return "object expected";
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    return "max depth exceeded";
                if (message.checks != null && $Object.hasOwnProperty.call(message, "checks")) {
                    if (!$Array.isArray(message.checks))
                        return "checks: array expected";
                    for (let i = 0; i < message.checks.length; ++i) {
                        let error = $root.banyan.v1.AddressCheck.verify(message.checks[i], _depth + 1);
                        if (error)
                            return "checks." + error;
                    }
                }
                if (message.fetch != null && $Object.hasOwnProperty.call(message, "fetch")) {
                    let error = $root.banyan.v1.ChunkFetch.verify(message.fetch, _depth + 1);
                    if (error)
                        return "fetch." + error;
                }
                return null;
            };

            return ReachChecked;
        })();

        v1.ChunkFetch = (function() {

            /**
             * Properties of a ChunkFetch.
             * @typedef {Object} banyan.v1.ChunkFetch.$Properties
             * @property {banyan.v1.Address.$Properties|null} [address] ChunkFetch address
             * @property {string|null} [code] ChunkFetch code
             * @property {string|null} [message] ChunkFetch message
             * @property {number|null} [bytes] ChunkFetch bytes
             * @property {number|null} [tookMs] ChunkFetch tookMs
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */

            /**
             * Properties of a ChunkFetch.
             * @memberof banyan.v1
             * @interface IChunkFetch
             * @augments banyan.v1.ChunkFetch.$Properties
             * @deprecated Use banyan.v1.ChunkFetch.$Properties instead.
             */

            /**
             * Shape of a ChunkFetch.
             * @typedef {banyan.v1.ChunkFetch.$Properties} banyan.v1.ChunkFetch.$Shape
             */

            /**
             * Constructs a new ChunkFetch.
             * @memberof banyan.v1
             * @classdesc Represents a ChunkFetch.
             * @constructor
             * @param {banyan.v1.ChunkFetch.$Properties=} [properties] Properties to set
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */
            const ChunkFetch = function (properties) {
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            /**
             * ChunkFetch address.
             * @member {banyan.v1.Address.$Properties|null|undefined} address
             * @memberof banyan.v1.ChunkFetch
             * @instance
             */
            ChunkFetch.prototype.address = null;

            /**
             * ChunkFetch code.
             * @member {string} code
             * @memberof banyan.v1.ChunkFetch
             * @instance
             */
            ChunkFetch.prototype.code = "";

            /**
             * ChunkFetch message.
             * @member {string} message
             * @memberof banyan.v1.ChunkFetch
             * @instance
             */
            ChunkFetch.prototype.message = "";

            /**
             * ChunkFetch bytes.
             * @member {number} bytes
             * @memberof banyan.v1.ChunkFetch
             * @instance
             */
            ChunkFetch.prototype.bytes = $util.Long ? $util.Long.fromBits(0,0,true) : 0;

            /**
             * ChunkFetch tookMs.
             * @member {number} tookMs
             * @memberof banyan.v1.ChunkFetch
             * @instance
             */
            ChunkFetch.prototype.tookMs = 0;

            /**
             * Creates a new ChunkFetch instance using the specified properties.
             * @function create
             * @memberof banyan.v1.ChunkFetch
             * @static
             * @param {banyan.v1.ChunkFetch.$Properties=} [properties] Properties to set
             * @returns {banyan.v1.ChunkFetch} ChunkFetch instance
             * @type {{
             *   (properties: banyan.v1.ChunkFetch.$Shape): banyan.v1.ChunkFetch & banyan.v1.ChunkFetch.$Shape;
             *   (properties?: banyan.v1.ChunkFetch.$Properties): banyan.v1.ChunkFetch;
             * }}
             */
            ChunkFetch.create = function(properties) {
                return new ChunkFetch(properties);
            };

            /**
             * Encodes the specified ChunkFetch message. Does not implicitly {@link banyan.v1.ChunkFetch.verify|verify} messages.
             * @function encode
             * @memberof banyan.v1.ChunkFetch
             * @static
             * @param {banyan.v1.ChunkFetch.$Properties} message ChunkFetch message or plain object to encode
             * @param {$protobuf.Writer} [writer] Writer to encode to
             * @returns {$protobuf.Writer} Writer
             */
            ChunkFetch.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.address != null && $Object.hasOwnProperty.call(message, "address"))
                    $root.banyan.v1.Address.encode(message.address, writer.uint32(/* id 1, wireType 2 =*/10).fork(), _depth + 1).ldelim();
                if (message.code != null && $Object.hasOwnProperty.call(message, "code") && message.code !== "")
                    writer.uint32(/* id 2, wireType 2 =*/18).string(message.code);
                if (message.message != null && $Object.hasOwnProperty.call(message, "message") && message.message !== "")
                    writer.uint32(/* id 3, wireType 2 =*/26).string(message.message);
                if (message.bytes != null && $Object.hasOwnProperty.call(message, "bytes") && (typeof message.bytes === "object" ? message.bytes.low || message.bytes.high : message.bytes !== 0))
                    writer.uint32(/* id 4, wireType 0 =*/32).uint64(message.bytes);
                if (message.tookMs != null && $Object.hasOwnProperty.call(message, "tookMs") && message.tookMs !== 0)
                    writer.uint32(/* id 5, wireType 0 =*/40).uint32(message.tookMs);
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (let i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            /**
             * Decodes a ChunkFetch message from the specified reader or buffer.
             * @function decode
             * @memberof banyan.v1.ChunkFetch
             * @static
             * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
             * @param {number} [length] Message length if known beforehand
             * @returns {banyan.v1.ChunkFetch & banyan.v1.ChunkFetch.$Shape} ChunkFetch
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            ChunkFetch.decode = function (reader, length, _end, _depth, _target) {
                if (!(reader instanceof $Reader))
                    reader = $Reader.create(reader);
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $Reader.recursionLimit)
                    throw $Error("max depth exceeded");
                let end, message, value;
                if (length === $undefined)
                    end = reader.len;
                else {
                    end = reader.pos + length;
                    if (end > reader.len)
                        throw $RangeError("index out of range");
                    length = reader.len;
                    reader.len = end;
                }
                message = _target || new $root.banyan.v1.ChunkFetch();
                while (reader.pos < end) {
                    let start = reader.pos;
                    let tag = reader.tag();
                    if (tag === _end) {
                        _end = $undefined;
                        break;
                    }
                    let wireType = tag & 7;
                    switch (tag >>>= 3) {
                    case 1: {
                            if (wireType !== 2)
                                break;
                            message.address = $root.banyan.v1.Address.decode(reader, reader.size(), $undefined, _depth + 1, message.address);
                            continue;
                        }
                    case 2: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.code = value;
                            else
                                delete message.code;
                            continue;
                        }
                    case 3: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.message = value;
                            else
                                delete message.message;
                            continue;
                        }
                    case 4: {
                            if (wireType !== 0)
                                break;
                            if (typeof (value = reader.uint64()) === "object" ? value.low || value.high : value !== 0)
                                message.bytes = value;
                            else
                                delete message.bytes;
                            continue;
                        }
                    case 5: {
                            if (wireType !== 0)
                                break;
                            if (value = reader.uint32())
                                message.tookMs = value;
                            else
                                delete message.tookMs;
                            continue;
                        }
                    }
                    reader.skipType(wireType, _depth, tag);
                    if (!reader.discardUnknown) {
                        $util.makeProp(message, "$unknowns", false);
                        (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                    }
                }
                if (length !== $undefined) {
                    if (reader.pos !== end)
                        throw $RangeError("index out of range");
                    reader.len = length;
                }
                if (_end !== $undefined)
                    throw $Error("missing end group");
                return message;
            };

            /**
             * Verifies a ChunkFetch message.
             * @function verify
             * @memberof banyan.v1.ChunkFetch
             * @static
             * @param {Object.<string,*>} message Plain object to verify
             * @returns {string|null} `null` if valid, otherwise the reason why it is not
             */
            ChunkFetch.verify = function (message, _depth) {
                if (typeof message !== "object" || message === null)
                    return "object expected";
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    return "max depth exceeded";
                if (message.address != null && $Object.hasOwnProperty.call(message, "address")) {
                    let error = $root.banyan.v1.Address.verify(message.address, _depth + 1);
                    if (error)
                        return "address." + error;
                }
                if (message.code != null && $Object.hasOwnProperty.call(message, "code"))
                    if (!$util.isString(message.code))
                        return "code: string expected";
                if (message.message != null && $Object.hasOwnProperty.call(message, "message"))
                    if (!$util.isString(message.message))
                        return "message: string expected";
                if (message.bytes != null && $Object.hasOwnProperty.call(message, "bytes"))
                    if (!$util.isInteger(message.bytes) && !(message.bytes && $util.isInteger(message.bytes.low) && $util.isInteger(message.bytes.high)))
                        return "bytes: integer|Long expected";
                if (message.tookMs != null && $Object.hasOwnProperty.call(message, "tookMs"))
                    if (!$util.isInteger(message.tookMs))
                        return "tookMs: integer expected";
                return null;
            };

            return ChunkFetch;
        })();

        v1.UploadOffer = (function() {

            /**
             * Properties of an UploadOffer.
             * @typedef {Object} banyan.v1.UploadOffer.$Properties
             * @property {number|null} [freeSlots] UploadOffer freeSlots
             * @property {number|null} [queued] UploadOffer queued
             * @property {number|null} [rate] UploadOffer rate
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */

            /**
             * Properties of an UploadOffer.
             * @memberof banyan.v1
             * @interface IUploadOffer
             * @augments banyan.v1.UploadOffer.$Properties
             * @deprecated Use banyan.v1.UploadOffer.$Properties instead.
             */

            /**
             * Shape of an UploadOffer.
             * @typedef {banyan.v1.UploadOffer.$Properties} banyan.v1.UploadOffer.$Shape
             */

            /**
             * Constructs a new UploadOffer.
             * @memberof banyan.v1
             * @classdesc Represents an UploadOffer.
             * @constructor
             * @param {banyan.v1.UploadOffer.$Properties=} [properties] Properties to set
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */
            const UploadOffer = function (properties) {
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            /**
             * UploadOffer freeSlots.
             * @member {number} freeSlots
             * @memberof banyan.v1.UploadOffer
             * @instance
             */
            UploadOffer.prototype.freeSlots = 0;

            /**
             * UploadOffer queued.
             * @member {number} queued
             * @memberof banyan.v1.UploadOffer
             * @instance
             */
            UploadOffer.prototype.queued = 0;

            /**
             * UploadOffer rate.
             * @member {number} rate
             * @memberof banyan.v1.UploadOffer
             * @instance
             */
            UploadOffer.prototype.rate = $util.Long ? $util.Long.fromBits(0,0,true) : 0;

            /**
             * Creates a new UploadOffer instance using the specified properties.
             * @function create
             * @memberof banyan.v1.UploadOffer
             * @static
             * @param {banyan.v1.UploadOffer.$Properties=} [properties] Properties to set
             * @returns {banyan.v1.UploadOffer} UploadOffer instance
             * @type {{
             *   (properties: banyan.v1.UploadOffer.$Shape): banyan.v1.UploadOffer & banyan.v1.UploadOffer.$Shape;
             *   (properties?: banyan.v1.UploadOffer.$Properties): banyan.v1.UploadOffer;
             * }}
             */
            UploadOffer.create = function(properties) {
                return new UploadOffer(properties);
            };

            /**
             * Encodes the specified UploadOffer message. Does not implicitly {@link banyan.v1.UploadOffer.verify|verify} messages.
             * @function encode
             * @memberof banyan.v1.UploadOffer
             * @static
             * @param {banyan.v1.UploadOffer.$Properties} message UploadOffer message or plain object to encode
             * @param {$protobuf.Writer} [writer] Writer to encode to
             * @returns {$protobuf.Writer} Writer
             */
            UploadOffer.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.freeSlots != null && $Object.hasOwnProperty.call(message, "freeSlots") && message.freeSlots !== 0)
                    writer.uint32(/* id 1, wireType 0 =*/8).uint32(message.freeSlots);
                if (message.queued != null && $Object.hasOwnProperty.call(message, "queued") && message.queued !== 0)
                    writer.uint32(/* id 2, wireType 0 =*/16).uint32(message.queued);
                if (message.rate != null && $Object.hasOwnProperty.call(message, "rate") && (typeof message.rate === "object" ? message.rate.low || message.rate.high : message.rate !== 0))
                    writer.uint32(/* id 3, wireType 0 =*/24).uint64(message.rate);
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (let i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            /**
             * Decodes an UploadOffer message from the specified reader or buffer.
             * @function decode
             * @memberof banyan.v1.UploadOffer
             * @static
             * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
             * @param {number} [length] Message length if known beforehand
             * @returns {banyan.v1.UploadOffer & banyan.v1.UploadOffer.$Shape} UploadOffer
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            UploadOffer.decode = function (reader, length, _end, _depth, _target) {
                if (!(reader instanceof $Reader))
                    reader = $Reader.create(reader);
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $Reader.recursionLimit)
                    throw $Error("max depth exceeded");
                let end, message, value;
                if (length === $undefined)
                    end = reader.len;
                else {
                    end = reader.pos + length;
                    if (end > reader.len)
                        throw $RangeError("index out of range");
                    length = reader.len;
                    reader.len = end;
                }
                message = _target || new $root.banyan.v1.UploadOffer();
                while (reader.pos < end) {
                    let start = reader.pos;
                    let tag = reader.tag();
                    if (tag === _end) {
                        _end = $undefined;
                        break;
                    }
                    let wireType = tag & 7;
                    switch (tag >>>= 3) {
                    case 1: {
                            if (wireType !== 0)
                                break;
                            if (value = reader.uint32())
                                message.freeSlots = value;
                            else
                                delete message.freeSlots;
                            continue;
                        }
                    case 2: {
                            if (wireType !== 0)
                                break;
                            if (value = reader.uint32())
                                message.queued = value;
                            else
                                delete message.queued;
                            continue;
                        }
                    case 3: {
                            if (wireType !== 0)
                                break;
                            if (typeof (value = reader.uint64()) === "object" ? value.low || value.high : value !== 0)
                                message.rate = value;
                            else
                                delete message.rate;
                            continue;
                        }
                    }
                    reader.skipType(wireType, _depth, tag);
                    if (!reader.discardUnknown) {
                        $util.makeProp(message, "$unknowns", false);
                        (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                    }
                }
                if (length !== $undefined) {
                    if (reader.pos !== end)
                        throw $RangeError("index out of range");
                    reader.len = length;
                }
                if (_end !== $undefined)
                    throw $Error("missing end group");
                return message;
            };

            /**
             * Verifies an UploadOffer message.
             * @function verify
             * @memberof banyan.v1.UploadOffer
             * @static
             * @param {Object.<string,*>} message Plain object to verify
             * @returns {string|null} `null` if valid, otherwise the reason why it is not
             */
            UploadOffer.verify = function (message, _depth) {
                if (typeof message !== "object" || message === null)
                    return "object expected";
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    return "max depth exceeded";
                if (message.freeSlots != null && $Object.hasOwnProperty.call(message, "freeSlots"))
                    if (!$util.isInteger(message.freeSlots))
                        return "freeSlots: integer expected";
                if (message.queued != null && $Object.hasOwnProperty.call(message, "queued"))
                    if (!$util.isInteger(message.queued))
                        return "queued: integer expected";
                if (message.rate != null && $Object.hasOwnProperty.call(message, "rate"))
                    if (!$util.isInteger(message.rate) && !(message.rate && $util.isInteger(message.rate.low) && $util.isInteger(message.rate.high)))
                        return "rate: integer|Long expected";
                return null;
            };

            return UploadOffer;
        })();

        /**
         * MediaType enum.
         * @name banyan.v1.MediaType
         * @enum {number}
         * @property {number} MEDIA_TYPE_OTHER=0 MEDIA_TYPE_OTHER value
         * @property {number} MEDIA_TYPE_AUDIO=1 MEDIA_TYPE_AUDIO value
         * @property {number} MEDIA_TYPE_VIDEO=2 MEDIA_TYPE_VIDEO value
         * @property {number} MEDIA_TYPE_IMAGE=3 MEDIA_TYPE_IMAGE value
         * @property {number} MEDIA_TYPE_DOCUMENT=4 MEDIA_TYPE_DOCUMENT value
         * @property {number} MEDIA_TYPE_ARCHIVE=5 MEDIA_TYPE_ARCHIVE value
         * @property {number} MEDIA_TYPE_SOFTWARE=6 MEDIA_TYPE_SOFTWARE value
         */
        v1.MediaType = (function() {
            const valuesById = $Object.create(null), values = $Object.create(valuesById);
            values[valuesById[0] = "MEDIA_TYPE_OTHER"] = 0;
            values[valuesById[1] = "MEDIA_TYPE_AUDIO"] = 1;
            values[valuesById[2] = "MEDIA_TYPE_VIDEO"] = 2;
            values[valuesById[3] = "MEDIA_TYPE_IMAGE"] = 3;
            values[valuesById[4] = "MEDIA_TYPE_DOCUMENT"] = 4;
            values[valuesById[5] = "MEDIA_TYPE_ARCHIVE"] = 5;
            values[valuesById[6] = "MEDIA_TYPE_SOFTWARE"] = 6;
            return values;
        })();

        /**
         * Visibility enum.
         * @name banyan.v1.Visibility
         * @enum {number}
         * @property {number} VISIBILITY_NETWORK=0 VISIBILITY_NETWORK value
         * @property {number} VISIBILITY_GROUPS=1 VISIBILITY_GROUPS value
         * @property {number} VISIBILITY_ACCOUNT=2 VISIBILITY_ACCOUNT value
         */
        v1.Visibility = (function() {
            const valuesById = $Object.create(null), values = $Object.create(valuesById);
            values[valuesById[0] = "VISIBILITY_NETWORK"] = 0;
            values[valuesById[1] = "VISIBILITY_GROUPS"] = 1;
            values[valuesById[2] = "VISIBILITY_ACCOUNT"] = 2;
            return values;
        })();

        v1.Tags = (function() {

            /**
             * Properties of a Tags.
             * @typedef {Object} banyan.v1.Tags.$Properties
             * @property {string|null} [title] Tags title
             * @property {string|null} [artist] Tags artist
             * @property {string|null} [album] Tags album
             * @property {number|null} [year] Tags year
             * @property {string|null} [genre] Tags genre
             * @property {number|null} [track] Tags track
             * @property {number|null} [durationMs] Tags durationMs
             * @property {number|null} [bitrateKbps] Tags bitrateKbps
             * @property {number|null} [width] Tags width
             * @property {number|null} [height] Tags height
             * @property {Object.<string,string>|null} [more] Tags more
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */

            /**
             * Properties of a Tags.
             * @memberof banyan.v1
             * @interface ITags
             * @augments banyan.v1.Tags.$Properties
             * @deprecated Use banyan.v1.Tags.$Properties instead.
             */

            /**
             * Shape of a Tags.
             * @typedef {banyan.v1.Tags.$Properties} banyan.v1.Tags.$Shape
             */

            /**
             * Constructs a new Tags.
             * @memberof banyan.v1
             * @classdesc Represents a Tags.
             * @constructor
             * @param {banyan.v1.Tags.$Properties=} [properties] Properties to set
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */
            const Tags = function (properties) {
                this.more = {};
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            /**
             * Tags title.
             * @member {string} title
             * @memberof banyan.v1.Tags
             * @instance
             */
            Tags.prototype.title = "";

            /**
             * Tags artist.
             * @member {string} artist
             * @memberof banyan.v1.Tags
             * @instance
             */
            Tags.prototype.artist = "";

            /**
             * Tags album.
             * @member {string} album
             * @memberof banyan.v1.Tags
             * @instance
             */
            Tags.prototype.album = "";

            /**
             * Tags year.
             * @member {number} year
             * @memberof banyan.v1.Tags
             * @instance
             */
            Tags.prototype.year = 0;

            /**
             * Tags genre.
             * @member {string} genre
             * @memberof banyan.v1.Tags
             * @instance
             */
            Tags.prototype.genre = "";

            /**
             * Tags track.
             * @member {number} track
             * @memberof banyan.v1.Tags
             * @instance
             */
            Tags.prototype.track = 0;

            /**
             * Tags durationMs.
             * @member {number} durationMs
             * @memberof banyan.v1.Tags
             * @instance
             */
            Tags.prototype.durationMs = 0;

            /**
             * Tags bitrateKbps.
             * @member {number} bitrateKbps
             * @memberof banyan.v1.Tags
             * @instance
             */
            Tags.prototype.bitrateKbps = 0;

            /**
             * Tags width.
             * @member {number} width
             * @memberof banyan.v1.Tags
             * @instance
             */
            Tags.prototype.width = 0;

            /**
             * Tags height.
             * @member {number} height
             * @memberof banyan.v1.Tags
             * @instance
             */
            Tags.prototype.height = 0;

            /**
             * Tags more.
             * @member {Object.<string,string>} more
             * @memberof banyan.v1.Tags
             * @instance
             */
            Tags.prototype.more = $util.emptyObject;

            /**
             * Creates a new Tags instance using the specified properties.
             * @function create
             * @memberof banyan.v1.Tags
             * @static
             * @param {banyan.v1.Tags.$Properties=} [properties] Properties to set
             * @returns {banyan.v1.Tags} Tags instance
             * @type {{
             *   (properties: banyan.v1.Tags.$Shape): banyan.v1.Tags & banyan.v1.Tags.$Shape;
             *   (properties?: banyan.v1.Tags.$Properties): banyan.v1.Tags;
             * }}
             */
            Tags.create = function(properties) {
                return new Tags(properties);
            };

            /**
             * Encodes the specified Tags message. Does not implicitly {@link banyan.v1.Tags.verify|verify} messages.
             * @function encode
             * @memberof banyan.v1.Tags
             * @static
             * @param {banyan.v1.Tags.$Properties} message Tags message or plain object to encode
             * @param {$protobuf.Writer} [writer] Writer to encode to
             * @returns {$protobuf.Writer} Writer
             */
            Tags.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.title != null && $Object.hasOwnProperty.call(message, "title") && message.title !== "")
                    writer.uint32(/* id 1, wireType 2 =*/10).string(message.title);
                if (message.artist != null && $Object.hasOwnProperty.call(message, "artist") && message.artist !== "")
                    writer.uint32(/* id 2, wireType 2 =*/18).string(message.artist);
                if (message.album != null && $Object.hasOwnProperty.call(message, "album") && message.album !== "")
                    writer.uint32(/* id 3, wireType 2 =*/26).string(message.album);
                if (message.year != null && $Object.hasOwnProperty.call(message, "year") && message.year !== 0)
                    writer.uint32(/* id 4, wireType 0 =*/32).uint32(message.year);
                if (message.genre != null && $Object.hasOwnProperty.call(message, "genre") && message.genre !== "")
                    writer.uint32(/* id 5, wireType 2 =*/42).string(message.genre);
                if (message.track != null && $Object.hasOwnProperty.call(message, "track") && message.track !== 0)
                    writer.uint32(/* id 6, wireType 0 =*/48).uint32(message.track);
                if (message.durationMs != null && $Object.hasOwnProperty.call(message, "durationMs") && message.durationMs !== 0)
                    writer.uint32(/* id 7, wireType 0 =*/56).uint32(message.durationMs);
                if (message.bitrateKbps != null && $Object.hasOwnProperty.call(message, "bitrateKbps") && message.bitrateKbps !== 0)
                    writer.uint32(/* id 8, wireType 0 =*/64).uint32(message.bitrateKbps);
                if (message.width != null && $Object.hasOwnProperty.call(message, "width") && message.width !== 0)
                    writer.uint32(/* id 9, wireType 0 =*/72).uint32(message.width);
                if (message.height != null && $Object.hasOwnProperty.call(message, "height") && message.height !== 0)
                    writer.uint32(/* id 10, wireType 0 =*/80).uint32(message.height);
                if (message.more != null && $Object.hasOwnProperty.call(message, "more"))
                    for (let keys = $Object.keys(message.more), i = 0; i < keys.length; ++i)
                        writer.uint32(/* id 15, wireType 2 =*/122).fork().uint32(/* id 1, wireType 2 =*/10).string(keys[i]).uint32(/* id 2, wireType 2 =*/18).string(message.more[keys[i]]).ldelim();
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (let i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            /**
             * Decodes a Tags message from the specified reader or buffer.
             * @function decode
             * @memberof banyan.v1.Tags
             * @static
             * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
             * @param {number} [length] Message length if known beforehand
             * @returns {banyan.v1.Tags & banyan.v1.Tags.$Shape} Tags
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            Tags.decode = function (reader, length, _end, _depth, _target) {
                if (!(reader instanceof $Reader))
                    reader = $Reader.create(reader);
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $Reader.recursionLimit)
                    throw $Error("max depth exceeded");
                let end, message, key, value;
                if (length === $undefined)
                    end = reader.len;
                else {
                    end = reader.pos + length;
                    if (end > reader.len)
                        throw $RangeError("index out of range");
                    length = reader.len;
                    reader.len = end;
                }
                message = _target || new $root.banyan.v1.Tags();
                while (reader.pos < end) {
                    let start = reader.pos;
                    let tag = reader.tag();
                    if (tag === _end) {
                        _end = $undefined;
                        break;
                    }
                    let wireType = tag & 7;
                    switch (tag >>>= 3) {
                    case 1: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.title = value;
                            else
                                delete message.title;
                            continue;
                        }
                    case 2: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.artist = value;
                            else
                                delete message.artist;
                            continue;
                        }
                    case 3: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.album = value;
                            else
                                delete message.album;
                            continue;
                        }
                    case 4: {
                            if (wireType !== 0)
                                break;
                            if (value = reader.uint32())
                                message.year = value;
                            else
                                delete message.year;
                            continue;
                        }
                    case 5: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.genre = value;
                            else
                                delete message.genre;
                            continue;
                        }
                    case 6: {
                            if (wireType !== 0)
                                break;
                            if (value = reader.uint32())
                                message.track = value;
                            else
                                delete message.track;
                            continue;
                        }
                    case 7: {
                            if (wireType !== 0)
                                break;
                            if (value = reader.uint32())
                                message.durationMs = value;
                            else
                                delete message.durationMs;
                            continue;
                        }
                    case 8: {
                            if (wireType !== 0)
                                break;
                            if (value = reader.uint32())
                                message.bitrateKbps = value;
                            else
                                delete message.bitrateKbps;
                            continue;
                        }
                    case 9: {
                            if (wireType !== 0)
                                break;
                            if (value = reader.uint32())
                                message.width = value;
                            else
                                delete message.width;
                            continue;
                        }
                    case 10: {
                            if (wireType !== 0)
                                break;
                            if (value = reader.uint32())
                                message.height = value;
                            else
                                delete message.height;
                            continue;
                        }
                    case 15: {
                            if (wireType !== 2)
                                break;
                            if (message.more === $util.emptyObject)
                                message.more = {};
                            let end2 = reader.size() + reader.pos;
                            if (end2 > reader.len)
                                throw $RangeError("index out of range");
                            reader.len = end2;
                            key = "";
                            value = "";
                            while (reader.pos < end2) {
                                let tag2 = reader.tag();
                                wireType = tag2 & 7;
                                switch (tag2 >>>= 3) {
                                case 1:
                                    if (wireType !== 2)
                                        break;
                                    key = reader.stringVerify();
                                    continue;
                                case 2:
                                    if (wireType !== 2)
                                        break;
                                    value = reader.stringVerify();
                                    continue;
                                }
                                reader.skipType(wireType, _depth, tag2);
                            }
                            if (reader.pos !== end2)
                                throw $RangeError("index out of range");
                            reader.len = end;
                            if (key === "__proto__")
                                $util.makeProp(message.more, key);
                            message.more[key] = value;
                            continue;
                        }
                    }
                    reader.skipType(wireType, _depth, tag);
                    if (!reader.discardUnknown) {
                        $util.makeProp(message, "$unknowns", false);
                        (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                    }
                }
                if (length !== $undefined) {
                    if (reader.pos !== end)
                        throw $RangeError("index out of range");
                    reader.len = length;
                }
                if (_end !== $undefined)
                    throw $Error("missing end group");
                return message;
            };

            /**
             * Verifies a Tags message.
             * @function verify
             * @memberof banyan.v1.Tags
             * @static
             * @param {Object.<string,*>} message Plain object to verify
             * @returns {string|null} `null` if valid, otherwise the reason why it is not
             */
            Tags.verify = function (message, _depth) {
                if (typeof message !== "object" || message === null)
                    return "object expected";
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    return "max depth exceeded";
                if (message.title != null && $Object.hasOwnProperty.call(message, "title"))
                    if (!$util.isString(message.title))
                        return "title: string expected";
                if (message.artist != null && $Object.hasOwnProperty.call(message, "artist"))
                    if (!$util.isString(message.artist))
                        return "artist: string expected";
                if (message.album != null && $Object.hasOwnProperty.call(message, "album"))
                    if (!$util.isString(message.album))
                        return "album: string expected";
                if (message.year != null && $Object.hasOwnProperty.call(message, "year"))
                    if (!$util.isInteger(message.year))
                        return "year: integer expected";
                if (message.genre != null && $Object.hasOwnProperty.call(message, "genre"))
                    if (!$util.isString(message.genre))
                        return "genre: string expected";
                if (message.track != null && $Object.hasOwnProperty.call(message, "track"))
                    if (!$util.isInteger(message.track))
                        return "track: integer expected";
                if (message.durationMs != null && $Object.hasOwnProperty.call(message, "durationMs"))
                    if (!$util.isInteger(message.durationMs))
                        return "durationMs: integer expected";
                if (message.bitrateKbps != null && $Object.hasOwnProperty.call(message, "bitrateKbps"))
                    if (!$util.isInteger(message.bitrateKbps))
                        return "bitrateKbps: integer expected";
                if (message.width != null && $Object.hasOwnProperty.call(message, "width"))
                    if (!$util.isInteger(message.width))
                        return "width: integer expected";
                if (message.height != null && $Object.hasOwnProperty.call(message, "height"))
                    if (!$util.isInteger(message.height))
                        return "height: integer expected";
                if (message.more != null && $Object.hasOwnProperty.call(message, "more")) {
                    if (!$util.isObject(message.more))
                        return "more: object expected";
                    let key = $Object.keys(message.more);
                    for (let i = 0; i < key.length; ++i)
                        if (!$util.isString(message.more[key[i]]))
                            return "more: string{k:string} expected";
                }
                return null;
            };

            return Tags;
        })();

        v1.Publish = (function() {

            /**
             * Properties of a Publish.
             * @typedef {Object} banyan.v1.Publish.$Properties
             * @property {boolean|null} [reset] Publish reset
             * @property {Array.<number>|null} [removedIds] Publish removedIds
             * @property {Array.<number>|null} [ids] Publish ids
             * @property {Uint8Array|null} [roots] Publish roots
             * @property {Array.<number>|null} [lengths] Publish lengths
             * @property {Array.<string>|null} [names] Publish names
             * @property {Array.<string>|null} [folders] Publish folders
             * @property {Array.<banyan.v1.MediaType>|null} [types] Publish types
             * @property {Array.<number>|null} [modifiedS] Publish modifiedS
             * @property {Array.<banyan.v1.Tags.$Properties>|null} [tags] Publish tags
             * @property {Array.<banyan.v1.Visibility>|null} [visibility] Publish visibility
             * @property {Array.<string>|null} [groups] Publish groups
             * @property {boolean|null} [last] Publish last
             * @property {Uint8Array|null} [fingerprint] Publish fingerprint
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */

            /**
             * Properties of a Publish.
             * @memberof banyan.v1
             * @interface IPublish
             * @augments banyan.v1.Publish.$Properties
             * @deprecated Use banyan.v1.Publish.$Properties instead.
             */

            /**
             * Shape of a Publish.
             * @typedef {banyan.v1.Publish.$Properties} banyan.v1.Publish.$Shape
             */

            /**
             * Constructs a new Publish.
             * @memberof banyan.v1
             * @classdesc Represents a Publish.
             * @constructor
             * @param {banyan.v1.Publish.$Properties=} [properties] Properties to set
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */
            const Publish = function (properties) {
                this.removedIds = [];
                this.ids = [];
                this.lengths = [];
                this.names = [];
                this.folders = [];
                this.types = [];
                this.modifiedS = [];
                this.tags = [];
                this.visibility = [];
                this.groups = [];
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            /**
             * Publish reset.
             * @member {boolean} reset
             * @memberof banyan.v1.Publish
             * @instance
             */
            Publish.prototype.reset = false;

            /**
             * Publish removedIds.
             * @member {Array.<number>} removedIds
             * @memberof banyan.v1.Publish
             * @instance
             */
            Publish.prototype.removedIds = $util.emptyArray;

            /**
             * Publish ids.
             * @member {Array.<number>} ids
             * @memberof banyan.v1.Publish
             * @instance
             */
            Publish.prototype.ids = $util.emptyArray;

            /**
             * Publish roots.
             * @member {Uint8Array} roots
             * @memberof banyan.v1.Publish
             * @instance
             */
            Publish.prototype.roots = $util.newBuffer([]);

            /**
             * Publish lengths.
             * @member {Array.<number>} lengths
             * @memberof banyan.v1.Publish
             * @instance
             */
            Publish.prototype.lengths = $util.emptyArray;

            /**
             * Publish names.
             * @member {Array.<string>} names
             * @memberof banyan.v1.Publish
             * @instance
             */
            Publish.prototype.names = $util.emptyArray;

            /**
             * Publish folders.
             * @member {Array.<string>} folders
             * @memberof banyan.v1.Publish
             * @instance
             */
            Publish.prototype.folders = $util.emptyArray;

            /**
             * Publish types.
             * @member {Array.<banyan.v1.MediaType>} types
             * @memberof banyan.v1.Publish
             * @instance
             */
            Publish.prototype.types = $util.emptyArray;

            /**
             * Publish modifiedS.
             * @member {Array.<number>} modifiedS
             * @memberof banyan.v1.Publish
             * @instance
             */
            Publish.prototype.modifiedS = $util.emptyArray;

            /**
             * Publish tags.
             * @member {Array.<banyan.v1.Tags.$Properties>} tags
             * @memberof banyan.v1.Publish
             * @instance
             */
            Publish.prototype.tags = $util.emptyArray;

            /**
             * Publish visibility.
             * @member {Array.<banyan.v1.Visibility>} visibility
             * @memberof banyan.v1.Publish
             * @instance
             */
            Publish.prototype.visibility = $util.emptyArray;

            /**
             * Publish groups.
             * @member {Array.<string>} groups
             * @memberof banyan.v1.Publish
             * @instance
             */
            Publish.prototype.groups = $util.emptyArray;

            /**
             * Publish last.
             * @member {boolean} last
             * @memberof banyan.v1.Publish
             * @instance
             */
            Publish.prototype.last = false;

            /**
             * Publish fingerprint.
             * @member {Uint8Array} fingerprint
             * @memberof banyan.v1.Publish
             * @instance
             */
            Publish.prototype.fingerprint = $util.newBuffer([]);

            /**
             * Creates a new Publish instance using the specified properties.
             * @function create
             * @memberof banyan.v1.Publish
             * @static
             * @param {banyan.v1.Publish.$Properties=} [properties] Properties to set
             * @returns {banyan.v1.Publish} Publish instance
             * @type {{
             *   (properties: banyan.v1.Publish.$Shape): banyan.v1.Publish & banyan.v1.Publish.$Shape;
             *   (properties?: banyan.v1.Publish.$Properties): banyan.v1.Publish;
             * }}
             */
            Publish.create = function(properties) {
                return new Publish(properties);
            };

            /**
             * Encodes the specified Publish message. Does not implicitly {@link banyan.v1.Publish.verify|verify} messages.
             * @function encode
             * @memberof banyan.v1.Publish
             * @static
             * @param {banyan.v1.Publish.$Properties} message Publish message or plain object to encode
             * @param {$protobuf.Writer} [writer] Writer to encode to
             * @returns {$protobuf.Writer} Writer
             */
            Publish.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.reset != null && $Object.hasOwnProperty.call(message, "reset") && message.reset !== false)
                    writer.uint32(/* id 1, wireType 0 =*/8).bool(message.reset);
                if (message.removedIds != null && message.removedIds.length)
                    writer.uint32(/* id 2, wireType 2 =*/18).uint32s(message.removedIds);
                if (message.ids != null && message.ids.length)
                    writer.uint32(/* id 3, wireType 2 =*/26).uint32s(message.ids);
                if (message.roots != null && $Object.hasOwnProperty.call(message, "roots") && message.roots.length)
                    writer.uint32(/* id 4, wireType 2 =*/34).bytes(message.roots);
                if (message.lengths != null && message.lengths.length)
                    writer.uint32(/* id 5, wireType 2 =*/42).uint64s(message.lengths);
                if (message.names != null && message.names.length)
                    for (let i = 0; i < message.names.length; ++i)
                        writer.uint32(/* id 6, wireType 2 =*/50).string(message.names[i]);
                if (message.folders != null && message.folders.length)
                    for (let i = 0; i < message.folders.length; ++i)
                        writer.uint32(/* id 7, wireType 2 =*/58).string(message.folders[i]);
                if (message.types != null && message.types.length)
                    writer.uint32(/* id 8, wireType 2 =*/66).int32s(message.types);
                if (message.modifiedS != null && message.modifiedS.length)
                    writer.uint32(/* id 9, wireType 2 =*/74).uint64s(message.modifiedS);
                if (message.tags != null && message.tags.length)
                    for (let i = 0; i < message.tags.length; ++i)
                        $root.banyan.v1.Tags.encode(message.tags[i], writer.uint32(/* id 10, wireType 2 =*/82).fork(), _depth + 1).ldelim();
                if (message.visibility != null && message.visibility.length)
                    writer.uint32(/* id 11, wireType 2 =*/90).int32s(message.visibility);
                if (message.groups != null && message.groups.length)
                    for (let i = 0; i < message.groups.length; ++i)
                        writer.uint32(/* id 12, wireType 2 =*/98).string(message.groups[i]);
                if (message.last != null && $Object.hasOwnProperty.call(message, "last") && message.last !== false)
                    writer.uint32(/* id 13, wireType 0 =*/104).bool(message.last);
                if (message.fingerprint != null && $Object.hasOwnProperty.call(message, "fingerprint") && message.fingerprint.length)
                    writer.uint32(/* id 14, wireType 2 =*/114).bytes(message.fingerprint);
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (let i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            /**
             * Decodes a Publish message from the specified reader or buffer.
             * @function decode
             * @memberof banyan.v1.Publish
             * @static
             * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
             * @param {number} [length] Message length if known beforehand
             * @returns {banyan.v1.Publish & banyan.v1.Publish.$Shape} Publish
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            Publish.decode = function (reader, length, _end, _depth, _target) {
                if (!(reader instanceof $Reader))
                    reader = $Reader.create(reader);
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $Reader.recursionLimit)
                    throw $Error("max depth exceeded");
                let end, message, value;
                if (length === $undefined)
                    end = reader.len;
                else {
                    end = reader.pos + length;
                    if (end > reader.len)
                        throw $RangeError("index out of range");
                    length = reader.len;
                    reader.len = end;
                }
                message = _target || new $root.banyan.v1.Publish();
                while (reader.pos < end) {
                    let start = reader.pos;
                    let tag = reader.tag();
                    if (tag === _end) {
                        _end = $undefined;
                        break;
                    }
                    let wireType = tag & 7;
                    switch (tag >>>= 3) {
                    case 1: {
                            if (wireType !== 0)
                                break;
                            if (value = reader.bool())
                                message.reset = value;
                            else
                                delete message.reset;
                            continue;
                        }
                    case 2: {
                            if (wireType === 2) {
                                if (!(message.removedIds && message.removedIds.length))
                                    message.removedIds = [];
                                reader.uint32s(message.removedIds);
                                continue;
                            }
                            if (wireType !== 0)
                                break;
                            if (!(message.removedIds && message.removedIds.length))
                                message.removedIds = [];
                            message.removedIds.push(reader.uint32());
                            continue;
                        }
                    case 3: {
                            if (wireType === 2) {
                                if (!(message.ids && message.ids.length))
                                    message.ids = [];
                                reader.uint32s(message.ids);
                                continue;
                            }
                            if (wireType !== 0)
                                break;
                            if (!(message.ids && message.ids.length))
                                message.ids = [];
                            message.ids.push(reader.uint32());
                            continue;
                        }
                    case 4: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.bytes()).length)
                                message.roots = value;
                            else
                                delete message.roots;
                            continue;
                        }
                    case 5: {
                            if (wireType === 2) {
                                if (!(message.lengths && message.lengths.length))
                                    message.lengths = [];
                                reader.uint64s(message.lengths);
                                continue;
                            }
                            if (wireType !== 0)
                                break;
                            if (!(message.lengths && message.lengths.length))
                                message.lengths = [];
                            message.lengths.push(reader.uint64());
                            continue;
                        }
                    case 6: {
                            if (wireType !== 2)
                                break;
                            if (!(message.names && message.names.length))
                                message.names = [];
                            message.names.push(reader.stringVerify());
                            continue;
                        }
                    case 7: {
                            if (wireType !== 2)
                                break;
                            if (!(message.folders && message.folders.length))
                                message.folders = [];
                            message.folders.push(reader.stringVerify());
                            continue;
                        }
                    case 8: {
                            if (wireType === 2) {
                                if (!(message.types && message.types.length))
                                    message.types = [];
                                reader.int32s(message.types);
                                continue;
                            }
                            if (wireType !== 0)
                                break;
                            if (!(message.types && message.types.length))
                                message.types = [];
                            message.types.push(reader.int32());
                            continue;
                        }
                    case 9: {
                            if (wireType === 2) {
                                if (!(message.modifiedS && message.modifiedS.length))
                                    message.modifiedS = [];
                                reader.uint64s(message.modifiedS);
                                continue;
                            }
                            if (wireType !== 0)
                                break;
                            if (!(message.modifiedS && message.modifiedS.length))
                                message.modifiedS = [];
                            message.modifiedS.push(reader.uint64());
                            continue;
                        }
                    case 10: {
                            if (wireType !== 2)
                                break;
                            if (!(message.tags && message.tags.length))
                                message.tags = [];
                            message.tags.push($root.banyan.v1.Tags.decode(reader, reader.size(), $undefined, _depth + 1));
                            continue;
                        }
                    case 11: {
                            if (wireType === 2) {
                                if (!(message.visibility && message.visibility.length))
                                    message.visibility = [];
                                reader.int32s(message.visibility);
                                continue;
                            }
                            if (wireType !== 0)
                                break;
                            if (!(message.visibility && message.visibility.length))
                                message.visibility = [];
                            message.visibility.push(reader.int32());
                            continue;
                        }
                    case 12: {
                            if (wireType !== 2)
                                break;
                            if (!(message.groups && message.groups.length))
                                message.groups = [];
                            message.groups.push(reader.stringVerify());
                            continue;
                        }
                    case 13: {
                            if (wireType !== 0)
                                break;
                            if (value = reader.bool())
                                message.last = value;
                            else
                                delete message.last;
                            continue;
                        }
                    case 14: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.bytes()).length)
                                message.fingerprint = value;
                            else
                                delete message.fingerprint;
                            continue;
                        }
                    }
                    reader.skipType(wireType, _depth, tag);
                    if (!reader.discardUnknown) {
                        $util.makeProp(message, "$unknowns", false);
                        (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                    }
                }
                if (length !== $undefined) {
                    if (reader.pos !== end)
                        throw $RangeError("index out of range");
                    reader.len = length;
                }
                if (_end !== $undefined)
                    throw $Error("missing end group");
                return message;
            };

            /**
             * Verifies a Publish message.
             * @function verify
             * @memberof banyan.v1.Publish
             * @static
             * @param {Object.<string,*>} message Plain object to verify
             * @returns {string|null} `null` if valid, otherwise the reason why it is not
             */
            Publish.verify = function (message, _depth) {
                if (typeof message !== "object" || message === null)
                    return "object expected";
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    return "max depth exceeded";
                if (message.reset != null && $Object.hasOwnProperty.call(message, "reset"))
                    if (typeof message.reset !== "boolean")
                        return "reset: boolean expected";
                if (message.removedIds != null && $Object.hasOwnProperty.call(message, "removedIds")) {
                    if (!$Array.isArray(message.removedIds))
                        return "removedIds: array expected";
                    for (let i = 0; i < message.removedIds.length; ++i)
                        if (!$util.isInteger(message.removedIds[i]))
                            return "removedIds: integer[] expected";
                }
                if (message.ids != null && $Object.hasOwnProperty.call(message, "ids")) {
                    if (!$Array.isArray(message.ids))
                        return "ids: array expected";
                    for (let i = 0; i < message.ids.length; ++i)
                        if (!$util.isInteger(message.ids[i]))
                            return "ids: integer[] expected";
                }
                if (message.roots != null && $Object.hasOwnProperty.call(message, "roots"))
                    if (!(message.roots && typeof message.roots.length === "number" || $util.isString(message.roots)))
                        return "roots: buffer expected";
                if (message.lengths != null && $Object.hasOwnProperty.call(message, "lengths")) {
                    if (!$Array.isArray(message.lengths))
                        return "lengths: array expected";
                    for (let i = 0; i < message.lengths.length; ++i)
                        if (!$util.isInteger(message.lengths[i]) && !(message.lengths[i] && $util.isInteger(message.lengths[i].low) && $util.isInteger(message.lengths[i].high)))
                            return "lengths: integer|Long[] expected";
                }
                if (message.names != null && $Object.hasOwnProperty.call(message, "names")) {
                    if (!$Array.isArray(message.names))
                        return "names: array expected";
                    for (let i = 0; i < message.names.length; ++i)
                        if (!$util.isString(message.names[i]))
                            return "names: string[] expected";
                }
                if (message.folders != null && $Object.hasOwnProperty.call(message, "folders")) {
                    if (!$Array.isArray(message.folders))
                        return "folders: array expected";
                    for (let i = 0; i < message.folders.length; ++i)
                        if (!$util.isString(message.folders[i]))
                            return "folders: string[] expected";
                }
                if (message.types != null && $Object.hasOwnProperty.call(message, "types")) {
                    if (!$Array.isArray(message.types))
                        return "types: array expected";
                    for (let i = 0; i < message.types.length; ++i)
                        if (typeof message.types[i] !== "number" || (message.types[i] | 0) !== message.types[i])
                            return "types: enum value[] expected";
                }
                if (message.modifiedS != null && $Object.hasOwnProperty.call(message, "modifiedS")) {
                    if (!$Array.isArray(message.modifiedS))
                        return "modifiedS: array expected";
                    for (let i = 0; i < message.modifiedS.length; ++i)
                        if (!$util.isInteger(message.modifiedS[i]) && !(message.modifiedS[i] && $util.isInteger(message.modifiedS[i].low) && $util.isInteger(message.modifiedS[i].high)))
                            return "modifiedS: integer|Long[] expected";
                }
                if (message.tags != null && $Object.hasOwnProperty.call(message, "tags")) {
                    if (!$Array.isArray(message.tags))
                        return "tags: array expected";
                    for (let i = 0; i < message.tags.length; ++i) {
                        let error = $root.banyan.v1.Tags.verify(message.tags[i], _depth + 1);
                        if (error)
                            return "tags." + error;
                    }
                }
                if (message.visibility != null && $Object.hasOwnProperty.call(message, "visibility")) {
                    if (!$Array.isArray(message.visibility))
                        return "visibility: array expected";
                    for (let i = 0; i < message.visibility.length; ++i)
                        if (typeof message.visibility[i] !== "number" || (message.visibility[i] | 0) !== message.visibility[i])
                            return "visibility: enum value[] expected";
                }
                if (message.groups != null && $Object.hasOwnProperty.call(message, "groups")) {
                    if (!$Array.isArray(message.groups))
                        return "groups: array expected";
                    for (let i = 0; i < message.groups.length; ++i)
                        if (!$util.isString(message.groups[i]))
                            return "groups: string[] expected";
                }
                if (message.last != null && $Object.hasOwnProperty.call(message, "last"))
                    if (typeof message.last !== "boolean")
                        return "last: boolean expected";
                if (message.fingerprint != null && $Object.hasOwnProperty.call(message, "fingerprint"))
                    if (!(message.fingerprint && typeof message.fingerprint.length === "number" || $util.isString(message.fingerprint)))
                        return "fingerprint: buffer expected";
                return null;
            };

            return Publish;
        })();

        v1.PublishAck = (function() {

            /**
             * Properties of a PublishAck.
             * @typedef {Object} banyan.v1.PublishAck.$Properties
             * @property {number|null} [accepted] PublishAck accepted
             * @property {Array.<banyan.v1.Refusal.$Properties>|null} [refused] PublishAck refused
             * @property {number|null} [records] PublishAck records
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */

            /**
             * Properties of a PublishAck.
             * @memberof banyan.v1
             * @interface IPublishAck
             * @augments banyan.v1.PublishAck.$Properties
             * @deprecated Use banyan.v1.PublishAck.$Properties instead.
             */

            /**
             * Shape of a PublishAck.
             * @typedef {banyan.v1.PublishAck.$Properties} banyan.v1.PublishAck.$Shape
             */

            /**
             * Constructs a new PublishAck.
             * @memberof banyan.v1
             * @classdesc Represents a PublishAck.
             * @constructor
             * @param {banyan.v1.PublishAck.$Properties=} [properties] Properties to set
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */
            const PublishAck = function (properties) {
                this.refused = [];
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            /**
             * PublishAck accepted.
             * @member {number} accepted
             * @memberof banyan.v1.PublishAck
             * @instance
             */
            PublishAck.prototype.accepted = 0;

            /**
             * PublishAck refused.
             * @member {Array.<banyan.v1.Refusal.$Properties>} refused
             * @memberof banyan.v1.PublishAck
             * @instance
             */
            PublishAck.prototype.refused = $util.emptyArray;

            /**
             * PublishAck records.
             * @member {number} records
             * @memberof banyan.v1.PublishAck
             * @instance
             */
            PublishAck.prototype.records = $util.Long ? $util.Long.fromBits(0,0,true) : 0;

            /**
             * Creates a new PublishAck instance using the specified properties.
             * @function create
             * @memberof banyan.v1.PublishAck
             * @static
             * @param {banyan.v1.PublishAck.$Properties=} [properties] Properties to set
             * @returns {banyan.v1.PublishAck} PublishAck instance
             * @type {{
             *   (properties: banyan.v1.PublishAck.$Shape): banyan.v1.PublishAck & banyan.v1.PublishAck.$Shape;
             *   (properties?: banyan.v1.PublishAck.$Properties): banyan.v1.PublishAck;
             * }}
             */
            PublishAck.create = function(properties) {
                return new PublishAck(properties);
            };

            /**
             * Encodes the specified PublishAck message. Does not implicitly {@link banyan.v1.PublishAck.verify|verify} messages.
             * @function encode
             * @memberof banyan.v1.PublishAck
             * @static
             * @param {banyan.v1.PublishAck.$Properties} message PublishAck message or plain object to encode
             * @param {$protobuf.Writer} [writer] Writer to encode to
             * @returns {$protobuf.Writer} Writer
             */
            PublishAck.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.accepted != null && $Object.hasOwnProperty.call(message, "accepted") && message.accepted !== 0)
                    writer.uint32(/* id 1, wireType 0 =*/8).uint32(message.accepted);
                if (message.refused != null && message.refused.length)
                    for (let i = 0; i < message.refused.length; ++i)
                        $root.banyan.v1.Refusal.encode(message.refused[i], writer.uint32(/* id 2, wireType 2 =*/18).fork(), _depth + 1).ldelim();
                if (message.records != null && $Object.hasOwnProperty.call(message, "records") && (typeof message.records === "object" ? message.records.low || message.records.high : message.records !== 0))
                    writer.uint32(/* id 3, wireType 0 =*/24).uint64(message.records);
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (let i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            /**
             * Decodes a PublishAck message from the specified reader or buffer.
             * @function decode
             * @memberof banyan.v1.PublishAck
             * @static
             * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
             * @param {number} [length] Message length if known beforehand
             * @returns {banyan.v1.PublishAck & banyan.v1.PublishAck.$Shape} PublishAck
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            PublishAck.decode = function (reader, length, _end, _depth, _target) {
                if (!(reader instanceof $Reader))
                    reader = $Reader.create(reader);
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $Reader.recursionLimit)
                    throw $Error("max depth exceeded");
                let end, message, value;
                if (length === $undefined)
                    end = reader.len;
                else {
                    end = reader.pos + length;
                    if (end > reader.len)
                        throw $RangeError("index out of range");
                    length = reader.len;
                    reader.len = end;
                }
                message = _target || new $root.banyan.v1.PublishAck();
                while (reader.pos < end) {
                    let start = reader.pos;
                    let tag = reader.tag();
                    if (tag === _end) {
                        _end = $undefined;
                        break;
                    }
                    let wireType = tag & 7;
                    switch (tag >>>= 3) {
                    case 1: {
                            if (wireType !== 0)
                                break;
                            if (value = reader.uint32())
                                message.accepted = value;
                            else
                                delete message.accepted;
                            continue;
                        }
                    case 2: {
                            if (wireType !== 2)
                                break;
                            if (!(message.refused && message.refused.length))
                                message.refused = [];
                            message.refused.push($root.banyan.v1.Refusal.decode(reader, reader.size(), $undefined, _depth + 1));
                            continue;
                        }
                    case 3: {
                            if (wireType !== 0)
                                break;
                            if (typeof (value = reader.uint64()) === "object" ? value.low || value.high : value !== 0)
                                message.records = value;
                            else
                                delete message.records;
                            continue;
                        }
                    }
                    reader.skipType(wireType, _depth, tag);
                    if (!reader.discardUnknown) {
                        $util.makeProp(message, "$unknowns", false);
                        (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                    }
                }
                if (length !== $undefined) {
                    if (reader.pos !== end)
                        throw $RangeError("index out of range");
                    reader.len = length;
                }
                if (_end !== $undefined)
                    throw $Error("missing end group");
                return message;
            };

            /**
             * Verifies a PublishAck message.
             * @function verify
             * @memberof banyan.v1.PublishAck
             * @static
             * @param {Object.<string,*>} message Plain object to verify
             * @returns {string|null} `null` if valid, otherwise the reason why it is not
             */
            PublishAck.verify = function (message, _depth) {
                if (typeof message !== "object" || message === null)
                    return "object expected";
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    return "max depth exceeded";
                if (message.accepted != null && $Object.hasOwnProperty.call(message, "accepted"))
                    if (!$util.isInteger(message.accepted))
                        return "accepted: integer expected";
                if (message.refused != null && $Object.hasOwnProperty.call(message, "refused")) {
                    if (!$Array.isArray(message.refused))
                        return "refused: array expected";
                    for (let i = 0; i < message.refused.length; ++i) {
                        let error = $root.banyan.v1.Refusal.verify(message.refused[i], _depth + 1);
                        if (error)
                            return "refused." + error;
                    }
                }
                if (message.records != null && $Object.hasOwnProperty.call(message, "records"))
                    if (!$util.isInteger(message.records) && !(message.records && $util.isInteger(message.records.low) && $util.isInteger(message.records.high)))
                        return "records: integer|Long expected";
                return null;
            };

            return PublishAck;
        })();

        v1.Refusal = (function() {

            /**
             * Properties of a Refusal.
             * @typedef {Object} banyan.v1.Refusal.$Properties
             * @property {number|null} [id] Refusal id
             * @property {string|null} [code] Refusal code
             * @property {string|null} [message] Refusal message
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */

            /**
             * Properties of a Refusal.
             * @memberof banyan.v1
             * @interface IRefusal
             * @augments banyan.v1.Refusal.$Properties
             * @deprecated Use banyan.v1.Refusal.$Properties instead.
             */

            /**
             * Shape of a Refusal.
             * @typedef {banyan.v1.Refusal.$Properties} banyan.v1.Refusal.$Shape
             */

            /**
             * Constructs a new Refusal.
             * @memberof banyan.v1
             * @classdesc Represents a Refusal.
             * @constructor
             * @param {banyan.v1.Refusal.$Properties=} [properties] Properties to set
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */
            const Refusal = function (properties) {
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            /**
             * Refusal id.
             * @member {number} id
             * @memberof banyan.v1.Refusal
             * @instance
             */
            Refusal.prototype.id = 0;

            /**
             * Refusal code.
             * @member {string} code
             * @memberof banyan.v1.Refusal
             * @instance
             */
            Refusal.prototype.code = "";

            /**
             * Refusal message.
             * @member {string} message
             * @memberof banyan.v1.Refusal
             * @instance
             */
            Refusal.prototype.message = "";

            /**
             * Creates a new Refusal instance using the specified properties.
             * @function create
             * @memberof banyan.v1.Refusal
             * @static
             * @param {banyan.v1.Refusal.$Properties=} [properties] Properties to set
             * @returns {banyan.v1.Refusal} Refusal instance
             * @type {{
             *   (properties: banyan.v1.Refusal.$Shape): banyan.v1.Refusal & banyan.v1.Refusal.$Shape;
             *   (properties?: banyan.v1.Refusal.$Properties): banyan.v1.Refusal;
             * }}
             */
            Refusal.create = function(properties) {
                return new Refusal(properties);
            };

            /**
             * Encodes the specified Refusal message. Does not implicitly {@link banyan.v1.Refusal.verify|verify} messages.
             * @function encode
             * @memberof banyan.v1.Refusal
             * @static
             * @param {banyan.v1.Refusal.$Properties} message Refusal message or plain object to encode
             * @param {$protobuf.Writer} [writer] Writer to encode to
             * @returns {$protobuf.Writer} Writer
             */
            Refusal.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.id != null && $Object.hasOwnProperty.call(message, "id") && message.id !== 0)
                    writer.uint32(/* id 1, wireType 0 =*/8).uint32(message.id);
                if (message.code != null && $Object.hasOwnProperty.call(message, "code") && message.code !== "")
                    writer.uint32(/* id 2, wireType 2 =*/18).string(message.code);
                if (message.message != null && $Object.hasOwnProperty.call(message, "message") && message.message !== "")
                    writer.uint32(/* id 3, wireType 2 =*/26).string(message.message);
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (let i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            /**
             * Decodes a Refusal message from the specified reader or buffer.
             * @function decode
             * @memberof banyan.v1.Refusal
             * @static
             * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
             * @param {number} [length] Message length if known beforehand
             * @returns {banyan.v1.Refusal & banyan.v1.Refusal.$Shape} Refusal
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            Refusal.decode = function (reader, length, _end, _depth, _target) {
                if (!(reader instanceof $Reader))
                    reader = $Reader.create(reader);
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $Reader.recursionLimit)
                    throw $Error("max depth exceeded");
                let end, message, value;
                if (length === $undefined)
                    end = reader.len;
                else {
                    end = reader.pos + length;
                    if (end > reader.len)
                        throw $RangeError("index out of range");
                    length = reader.len;
                    reader.len = end;
                }
                message = _target || new $root.banyan.v1.Refusal();
                while (reader.pos < end) {
                    let start = reader.pos;
                    let tag = reader.tag();
                    if (tag === _end) {
                        _end = $undefined;
                        break;
                    }
                    let wireType = tag & 7;
                    switch (tag >>>= 3) {
                    case 1: {
                            if (wireType !== 0)
                                break;
                            if (value = reader.uint32())
                                message.id = value;
                            else
                                delete message.id;
                            continue;
                        }
                    case 2: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.code = value;
                            else
                                delete message.code;
                            continue;
                        }
                    case 3: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.message = value;
                            else
                                delete message.message;
                            continue;
                        }
                    }
                    reader.skipType(wireType, _depth, tag);
                    if (!reader.discardUnknown) {
                        $util.makeProp(message, "$unknowns", false);
                        (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                    }
                }
                if (length !== $undefined) {
                    if (reader.pos !== end)
                        throw $RangeError("index out of range");
                    reader.len = length;
                }
                if (_end !== $undefined)
                    throw $Error("missing end group");
                return message;
            };

            /**
             * Verifies a Refusal message.
             * @function verify
             * @memberof banyan.v1.Refusal
             * @static
             * @param {Object.<string,*>} message Plain object to verify
             * @returns {string|null} `null` if valid, otherwise the reason why it is not
             */
            Refusal.verify = function (message, _depth) {
                if (typeof message !== "object" || message === null)
                    return "object expected";
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    return "max depth exceeded";
                if (message.id != null && $Object.hasOwnProperty.call(message, "id"))
                    if (!$util.isInteger(message.id))
                        return "id: integer expected";
                if (message.code != null && $Object.hasOwnProperty.call(message, "code"))
                    if (!$util.isString(message.code))
                        return "code: string expected";
                if (message.message != null && $Object.hasOwnProperty.call(message, "message"))
                    if (!$util.isString(message.message))
                        return "message: string expected";
                return null;
            };

            return Refusal;
        })();

        v1.Search = (function() {

            /**
             * Properties of a Search.
             * @typedef {Object} banyan.v1.Search.$Properties
             * @property {string|null} [query] Search query
             * @property {number|null} [limit] Search limit
             * @property {Uint8Array|null} [queryId] Search queryId
             * @property {number|null} [hops] Search hops
             * @property {number|null} [timeoutMs] Search timeoutMs
             * @property {Array.<banyan.v1.TermWeight.$Properties>|null} [weights] Search weights
             * @property {Uint8Array|null} [cursor] Search cursor
             * @property {boolean|null} [partialLastWord] Search partialLastWord
             * @property {boolean|null} [asTyped] Search asTyped
             * @property {boolean|null} [explain] Search explain
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */

            /**
             * Properties of a Search.
             * @memberof banyan.v1
             * @interface ISearch
             * @augments banyan.v1.Search.$Properties
             * @deprecated Use banyan.v1.Search.$Properties instead.
             */

            /**
             * Shape of a Search.
             * @typedef {banyan.v1.Search.$Properties} banyan.v1.Search.$Shape
             */

            /**
             * Constructs a new Search.
             * @memberof banyan.v1
             * @classdesc Represents a Search.
             * @constructor
             * @param {banyan.v1.Search.$Properties=} [properties] Properties to set
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */
            const Search = function (properties) {
                this.weights = [];
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            /**
             * Search query.
             * @member {string} query
             * @memberof banyan.v1.Search
             * @instance
             */
            Search.prototype.query = "";

            /**
             * Search limit.
             * @member {number} limit
             * @memberof banyan.v1.Search
             * @instance
             */
            Search.prototype.limit = 0;

            /**
             * Search queryId.
             * @member {Uint8Array} queryId
             * @memberof banyan.v1.Search
             * @instance
             */
            Search.prototype.queryId = $util.newBuffer([]);

            /**
             * Search hops.
             * @member {number} hops
             * @memberof banyan.v1.Search
             * @instance
             */
            Search.prototype.hops = 0;

            /**
             * Search timeoutMs.
             * @member {number} timeoutMs
             * @memberof banyan.v1.Search
             * @instance
             */
            Search.prototype.timeoutMs = 0;

            /**
             * Search weights.
             * @member {Array.<banyan.v1.TermWeight.$Properties>} weights
             * @memberof banyan.v1.Search
             * @instance
             */
            Search.prototype.weights = $util.emptyArray;

            /**
             * Search cursor.
             * @member {Uint8Array} cursor
             * @memberof banyan.v1.Search
             * @instance
             */
            Search.prototype.cursor = $util.newBuffer([]);

            /**
             * Search partialLastWord.
             * @member {boolean} partialLastWord
             * @memberof banyan.v1.Search
             * @instance
             */
            Search.prototype.partialLastWord = false;

            /**
             * Search asTyped.
             * @member {boolean} asTyped
             * @memberof banyan.v1.Search
             * @instance
             */
            Search.prototype.asTyped = false;

            /**
             * Search explain.
             * @member {boolean} explain
             * @memberof banyan.v1.Search
             * @instance
             */
            Search.prototype.explain = false;

            /**
             * Creates a new Search instance using the specified properties.
             * @function create
             * @memberof banyan.v1.Search
             * @static
             * @param {banyan.v1.Search.$Properties=} [properties] Properties to set
             * @returns {banyan.v1.Search} Search instance
             * @type {{
             *   (properties: banyan.v1.Search.$Shape): banyan.v1.Search & banyan.v1.Search.$Shape;
             *   (properties?: banyan.v1.Search.$Properties): banyan.v1.Search;
             * }}
             */
            Search.create = function(properties) {
                return new Search(properties);
            };

            /**
             * Encodes the specified Search message. Does not implicitly {@link banyan.v1.Search.verify|verify} messages.
             * @function encode
             * @memberof banyan.v1.Search
             * @static
             * @param {banyan.v1.Search.$Properties} message Search message or plain object to encode
             * @param {$protobuf.Writer} [writer] Writer to encode to
             * @returns {$protobuf.Writer} Writer
             */
            Search.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.query != null && $Object.hasOwnProperty.call(message, "query") && message.query !== "")
                    writer.uint32(/* id 1, wireType 2 =*/10).string(message.query);
                if (message.limit != null && $Object.hasOwnProperty.call(message, "limit") && message.limit !== 0)
                    writer.uint32(/* id 2, wireType 0 =*/16).uint32(message.limit);
                if (message.queryId != null && $Object.hasOwnProperty.call(message, "queryId") && message.queryId.length)
                    writer.uint32(/* id 3, wireType 2 =*/26).bytes(message.queryId);
                if (message.hops != null && $Object.hasOwnProperty.call(message, "hops") && message.hops !== 0)
                    writer.uint32(/* id 4, wireType 0 =*/32).uint32(message.hops);
                if (message.timeoutMs != null && $Object.hasOwnProperty.call(message, "timeoutMs") && message.timeoutMs !== 0)
                    writer.uint32(/* id 5, wireType 0 =*/40).uint32(message.timeoutMs);
                if (message.weights != null && message.weights.length)
                    for (let i = 0; i < message.weights.length; ++i)
                        $root.banyan.v1.TermWeight.encode(message.weights[i], writer.uint32(/* id 6, wireType 2 =*/50).fork(), _depth + 1).ldelim();
                if (message.cursor != null && $Object.hasOwnProperty.call(message, "cursor") && message.cursor.length)
                    writer.uint32(/* id 7, wireType 2 =*/58).bytes(message.cursor);
                if (message.partialLastWord != null && $Object.hasOwnProperty.call(message, "partialLastWord") && message.partialLastWord !== false)
                    writer.uint32(/* id 8, wireType 0 =*/64).bool(message.partialLastWord);
                if (message.asTyped != null && $Object.hasOwnProperty.call(message, "asTyped") && message.asTyped !== false)
                    writer.uint32(/* id 9, wireType 0 =*/72).bool(message.asTyped);
                if (message.explain != null && $Object.hasOwnProperty.call(message, "explain") && message.explain !== false)
                    writer.uint32(/* id 10, wireType 0 =*/80).bool(message.explain);
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (let i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            /**
             * Decodes a Search message from the specified reader or buffer.
             * @function decode
             * @memberof banyan.v1.Search
             * @static
             * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
             * @param {number} [length] Message length if known beforehand
             * @returns {banyan.v1.Search & banyan.v1.Search.$Shape} Search
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            Search.decode = function (reader, length, _end, _depth, _target) {
                if (!(reader instanceof $Reader))
                    reader = $Reader.create(reader);
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $Reader.recursionLimit)
                    throw $Error("max depth exceeded");
                let end, message, value;
                if (length === $undefined)
                    end = reader.len;
                else {
                    end = reader.pos + length;
                    if (end > reader.len)
                        throw $RangeError("index out of range");
                    length = reader.len;
                    reader.len = end;
                }
                message = _target || new $root.banyan.v1.Search();
                while (reader.pos < end) {
                    let start = reader.pos;
                    let tag = reader.tag();
                    if (tag === _end) {
                        _end = $undefined;
                        break;
                    }
                    let wireType = tag & 7;
                    switch (tag >>>= 3) {
                    case 1: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.query = value;
                            else
                                delete message.query;
                            continue;
                        }
                    case 2: {
                            if (wireType !== 0)
                                break;
                            if (value = reader.uint32())
                                message.limit = value;
                            else
                                delete message.limit;
                            continue;
                        }
                    case 3: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.bytes()).length)
                                message.queryId = value;
                            else
                                delete message.queryId;
                            continue;
                        }
                    case 4: {
                            if (wireType !== 0)
                                break;
                            if (value = reader.uint32())
                                message.hops = value;
                            else
                                delete message.hops;
                            continue;
                        }
                    case 5: {
                            if (wireType !== 0)
                                break;
                            if (value = reader.uint32())
                                message.timeoutMs = value;
                            else
                                delete message.timeoutMs;
                            continue;
                        }
                    case 6: {
                            if (wireType !== 2)
                                break;
                            if (!(message.weights && message.weights.length))
                                message.weights = [];
                            message.weights.push($root.banyan.v1.TermWeight.decode(reader, reader.size(), $undefined, _depth + 1));
                            continue;
                        }
                    case 7: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.bytes()).length)
                                message.cursor = value;
                            else
                                delete message.cursor;
                            continue;
                        }
                    case 8: {
                            if (wireType !== 0)
                                break;
                            if (value = reader.bool())
                                message.partialLastWord = value;
                            else
                                delete message.partialLastWord;
                            continue;
                        }
                    case 9: {
                            if (wireType !== 0)
                                break;
                            if (value = reader.bool())
                                message.asTyped = value;
                            else
                                delete message.asTyped;
                            continue;
                        }
                    case 10: {
                            if (wireType !== 0)
                                break;
                            if (value = reader.bool())
                                message.explain = value;
                            else
                                delete message.explain;
                            continue;
                        }
                    }
                    reader.skipType(wireType, _depth, tag);
                    if (!reader.discardUnknown) {
                        $util.makeProp(message, "$unknowns", false);
                        (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                    }
                }
                if (length !== $undefined) {
                    if (reader.pos !== end)
                        throw $RangeError("index out of range");
                    reader.len = length;
                }
                if (_end !== $undefined)
                    throw $Error("missing end group");
                return message;
            };

            /**
             * Verifies a Search message.
             * @function verify
             * @memberof banyan.v1.Search
             * @static
             * @param {Object.<string,*>} message Plain object to verify
             * @returns {string|null} `null` if valid, otherwise the reason why it is not
             */
            Search.verify = function (message, _depth) {
                if (typeof message !== "object" || message === null)
                    return "object expected";
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    return "max depth exceeded";
                if (message.query != null && $Object.hasOwnProperty.call(message, "query"))
                    if (!$util.isString(message.query))
                        return "query: string expected";
                if (message.limit != null && $Object.hasOwnProperty.call(message, "limit"))
                    if (!$util.isInteger(message.limit))
                        return "limit: integer expected";
                if (message.queryId != null && $Object.hasOwnProperty.call(message, "queryId"))
                    if (!(message.queryId && typeof message.queryId.length === "number" || $util.isString(message.queryId)))
                        return "queryId: buffer expected";
                if (message.hops != null && $Object.hasOwnProperty.call(message, "hops"))
                    if (!$util.isInteger(message.hops))
                        return "hops: integer expected";
                if (message.timeoutMs != null && $Object.hasOwnProperty.call(message, "timeoutMs"))
                    if (!$util.isInteger(message.timeoutMs))
                        return "timeoutMs: integer expected";
                if (message.weights != null && $Object.hasOwnProperty.call(message, "weights")) {
                    if (!$Array.isArray(message.weights))
                        return "weights: array expected";
                    for (let i = 0; i < message.weights.length; ++i) {
                        let error = $root.banyan.v1.TermWeight.verify(message.weights[i], _depth + 1);
                        if (error)
                            return "weights." + error;
                    }
                }
                if (message.cursor != null && $Object.hasOwnProperty.call(message, "cursor"))
                    if (!(message.cursor && typeof message.cursor.length === "number" || $util.isString(message.cursor)))
                        return "cursor: buffer expected";
                if (message.partialLastWord != null && $Object.hasOwnProperty.call(message, "partialLastWord"))
                    if (typeof message.partialLastWord !== "boolean")
                        return "partialLastWord: boolean expected";
                if (message.asTyped != null && $Object.hasOwnProperty.call(message, "asTyped"))
                    if (typeof message.asTyped !== "boolean")
                        return "asTyped: boolean expected";
                if (message.explain != null && $Object.hasOwnProperty.call(message, "explain"))
                    if (typeof message.explain !== "boolean")
                        return "explain: boolean expected";
                return null;
            };

            return Search;
        })();

        v1.TermWeight = (function() {

            /**
             * Properties of a TermWeight.
             * @typedef {Object} banyan.v1.TermWeight.$Properties
             * @property {string|null} [term] TermWeight term
             * @property {number|null} [weight] TermWeight weight
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */

            /**
             * Properties of a TermWeight.
             * @memberof banyan.v1
             * @interface ITermWeight
             * @augments banyan.v1.TermWeight.$Properties
             * @deprecated Use banyan.v1.TermWeight.$Properties instead.
             */

            /**
             * Shape of a TermWeight.
             * @typedef {banyan.v1.TermWeight.$Properties} banyan.v1.TermWeight.$Shape
             */

            /**
             * Constructs a new TermWeight.
             * @memberof banyan.v1
             * @classdesc Represents a TermWeight.
             * @constructor
             * @param {banyan.v1.TermWeight.$Properties=} [properties] Properties to set
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */
            const TermWeight = function (properties) {
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            /**
             * TermWeight term.
             * @member {string} term
             * @memberof banyan.v1.TermWeight
             * @instance
             */
            TermWeight.prototype.term = "";

            /**
             * TermWeight weight.
             * @member {number} weight
             * @memberof banyan.v1.TermWeight
             * @instance
             */
            TermWeight.prototype.weight = 0;

            /**
             * Creates a new TermWeight instance using the specified properties.
             * @function create
             * @memberof banyan.v1.TermWeight
             * @static
             * @param {banyan.v1.TermWeight.$Properties=} [properties] Properties to set
             * @returns {banyan.v1.TermWeight} TermWeight instance
             * @type {{
             *   (properties: banyan.v1.TermWeight.$Shape): banyan.v1.TermWeight & banyan.v1.TermWeight.$Shape;
             *   (properties?: banyan.v1.TermWeight.$Properties): banyan.v1.TermWeight;
             * }}
             */
            TermWeight.create = function(properties) {
                return new TermWeight(properties);
            };

            /**
             * Encodes the specified TermWeight message. Does not implicitly {@link banyan.v1.TermWeight.verify|verify} messages.
             * @function encode
             * @memberof banyan.v1.TermWeight
             * @static
             * @param {banyan.v1.TermWeight.$Properties} message TermWeight message or plain object to encode
             * @param {$protobuf.Writer} [writer] Writer to encode to
             * @returns {$protobuf.Writer} Writer
             */
            TermWeight.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.term != null && $Object.hasOwnProperty.call(message, "term") && message.term !== "")
                    writer.uint32(/* id 1, wireType 2 =*/10).string(message.term);
                if (message.weight != null && $Object.hasOwnProperty.call(message, "weight") && !$Object.is(message.weight, 0))
                    writer.uint32(/* id 2, wireType 5 =*/21).float(message.weight);
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (let i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            /**
             * Decodes a TermWeight message from the specified reader or buffer.
             * @function decode
             * @memberof banyan.v1.TermWeight
             * @static
             * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
             * @param {number} [length] Message length if known beforehand
             * @returns {banyan.v1.TermWeight & banyan.v1.TermWeight.$Shape} TermWeight
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            TermWeight.decode = function (reader, length, _end, _depth, _target) {
                if (!(reader instanceof $Reader))
                    reader = $Reader.create(reader);
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $Reader.recursionLimit)
                    throw $Error("max depth exceeded");
                let end, message, value;
                if (length === $undefined)
                    end = reader.len;
                else {
                    end = reader.pos + length;
                    if (end > reader.len)
                        throw $RangeError("index out of range");
                    length = reader.len;
                    reader.len = end;
                }
                message = _target || new $root.banyan.v1.TermWeight();
                while (reader.pos < end) {
                    let start = reader.pos;
                    let tag = reader.tag();
                    if (tag === _end) {
                        _end = $undefined;
                        break;
                    }
                    let wireType = tag & 7;
                    switch (tag >>>= 3) {
                    case 1: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.term = value;
                            else
                                delete message.term;
                            continue;
                        }
                    case 2: {
                            if (wireType !== 5)
                                break;
                            if (!$Object.is(value = reader.float(), 0))
                                message.weight = value;
                            else
                                delete message.weight;
                            continue;
                        }
                    }
                    reader.skipType(wireType, _depth, tag);
                    if (!reader.discardUnknown) {
                        $util.makeProp(message, "$unknowns", false);
                        (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                    }
                }
                if (length !== $undefined) {
                    if (reader.pos !== end)
                        throw $RangeError("index out of range");
                    reader.len = length;
                }
                if (_end !== $undefined)
                    throw $Error("missing end group");
                return message;
            };

            /**
             * Verifies a TermWeight message.
             * @function verify
             * @memberof banyan.v1.TermWeight
             * @static
             * @param {Object.<string,*>} message Plain object to verify
             * @returns {string|null} `null` if valid, otherwise the reason why it is not
             */
            TermWeight.verify = function (message, _depth) {
                if (typeof message !== "object" || message === null)
                    return "object expected";
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    return "max depth exceeded";
                if (message.term != null && $Object.hasOwnProperty.call(message, "term"))
                    if (!$util.isString(message.term))
                        return "term: string expected";
                if (message.weight != null && $Object.hasOwnProperty.call(message, "weight"))
                    if (typeof message.weight !== "number")
                        return "weight: number expected";
                return null;
            };

            return TermWeight;
        })();

        v1.Hits = (function() {

            /**
             * Properties of a Hits.
             * @typedef {Object} banyan.v1.Hits.$Properties
             * @property {Array.<banyan.v1.Hit.$Properties>|null} [hits] Hits hits
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */

            /**
             * Properties of a Hits.
             * @memberof banyan.v1
             * @interface IHits
             * @augments banyan.v1.Hits.$Properties
             * @deprecated Use banyan.v1.Hits.$Properties instead.
             */

            /**
             * Shape of a Hits.
             * @typedef {banyan.v1.Hits.$Properties} banyan.v1.Hits.$Shape
             */

            /**
             * Constructs a new Hits.
             * @memberof banyan.v1
             * @classdesc Represents a Hits.
             * @constructor
             * @param {banyan.v1.Hits.$Properties=} [properties] Properties to set
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */
            const Hits = function (properties) {
                this.hits = [];
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            /**
             * Hits hits.
             * @member {Array.<banyan.v1.Hit.$Properties>} hits
             * @memberof banyan.v1.Hits
             * @instance
             */
            Hits.prototype.hits = $util.emptyArray;

            /**
             * Creates a new Hits instance using the specified properties.
             * @function create
             * @memberof banyan.v1.Hits
             * @static
             * @param {banyan.v1.Hits.$Properties=} [properties] Properties to set
             * @returns {banyan.v1.Hits} Hits instance
             * @type {{
             *   (properties: banyan.v1.Hits.$Shape): banyan.v1.Hits & banyan.v1.Hits.$Shape;
             *   (properties?: banyan.v1.Hits.$Properties): banyan.v1.Hits;
             * }}
             */
            Hits.create = function(properties) {
                return new Hits(properties);
            };

            /**
             * Encodes the specified Hits message. Does not implicitly {@link banyan.v1.Hits.verify|verify} messages.
             * @function encode
             * @memberof banyan.v1.Hits
             * @static
             * @param {banyan.v1.Hits.$Properties} message Hits message or plain object to encode
             * @param {$protobuf.Writer} [writer] Writer to encode to
             * @returns {$protobuf.Writer} Writer
             */
            Hits.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.hits != null && message.hits.length)
                    for (let i = 0; i < message.hits.length; ++i)
                        $root.banyan.v1.Hit.encode(message.hits[i], writer.uint32(/* id 1, wireType 2 =*/10).fork(), _depth + 1).ldelim();
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (let i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            /**
             * Decodes a Hits message from the specified reader or buffer.
             * @function decode
             * @memberof banyan.v1.Hits
             * @static
             * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
             * @param {number} [length] Message length if known beforehand
             * @returns {banyan.v1.Hits & banyan.v1.Hits.$Shape} Hits
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            Hits.decode = function (reader, length, _end, _depth, _target) {
                if (!(reader instanceof $Reader))
                    reader = $Reader.create(reader);
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $Reader.recursionLimit)
                    throw $Error("max depth exceeded");
                let end, message;
                if (length === $undefined)
                    end = reader.len;
                else {
                    end = reader.pos + length;
                    if (end > reader.len)
                        throw $RangeError("index out of range");
                    length = reader.len;
                    reader.len = end;
                }
                message = _target || new $root.banyan.v1.Hits();
                while (reader.pos < end) {
                    let start = reader.pos;
                    let tag = reader.tag();
                    if (tag === _end) {
                        _end = $undefined;
                        break;
                    }
                    let wireType = tag & 7;
                    switch (tag >>>= 3) {
                    case 1: {
                            if (wireType !== 2)
                                break;
                            if (!(message.hits && message.hits.length))
                                message.hits = [];
                            message.hits.push($root.banyan.v1.Hit.decode(reader, reader.size(), $undefined, _depth + 1));
                            continue;
                        }
                    }
                    reader.skipType(wireType, _depth, tag);
                    if (!reader.discardUnknown) {
                        $util.makeProp(message, "$unknowns", false);
                        (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                    }
                }
                if (length !== $undefined) {
                    if (reader.pos !== end)
                        throw $RangeError("index out of range");
                    reader.len = length;
                }
                if (_end !== $undefined)
                    throw $Error("missing end group");
                return message;
            };

            /**
             * Verifies a Hits message.
             * @function verify
             * @memberof banyan.v1.Hits
             * @static
             * @param {Object.<string,*>} message Plain object to verify
             * @returns {string|null} `null` if valid, otherwise the reason why it is not
             */
            Hits.verify = function (message, _depth) {
                if (typeof message !== "object" || message === null)
                    return "object expected";
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    return "max depth exceeded";
                if (message.hits != null && $Object.hasOwnProperty.call(message, "hits")) {
                    if (!$Array.isArray(message.hits))
                        return "hits: array expected";
                    for (let i = 0; i < message.hits.length; ++i) {
                        let error = $root.banyan.v1.Hit.verify(message.hits[i], _depth + 1);
                        if (error)
                            return "hits." + error;
                    }
                }
                return null;
            };

            return Hits;
        })();

        v1.Hit = (function() {

            /**
             * Properties of a Hit.
             * @typedef {Object} banyan.v1.Hit.$Properties
             * @property {Uint8Array|null} [root] Hit root
             * @property {number|null} [length] Hit length
             * @property {string|null} [name] Hit name
             * @property {Array.<string>|null} [names] Hit names
             * @property {string|null} [folder] Hit folder
             * @property {banyan.v1.MediaType|null} [type] Hit type
             * @property {banyan.v1.Tags.$Properties|null} [tags] Hit tags
             * @property {number|null} [sources] Hit sources
             * @property {number|null} [reachableSources] Hit reachableSources
             * @property {number|null} [score] Hit score
             * @property {number|null} [modifiedS] Hit modifiedS
             * @property {Array.<banyan.v1.ScorePart.$Properties>|null} [explain] Hit explain
             * @property {Array.<string>|null} [supernodes] Hit supernodes
             * @property {number|null} [offers] Hit offers
             * @property {number|null} [freeSources] Hit freeSources
             * @property {number|null} [rate] Hit rate
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */

            /**
             * Properties of a Hit.
             * @memberof banyan.v1
             * @interface IHit
             * @augments banyan.v1.Hit.$Properties
             * @deprecated Use banyan.v1.Hit.$Properties instead.
             */

            /**
             * Shape of a Hit.
             * @typedef {banyan.v1.Hit.$Properties} banyan.v1.Hit.$Shape
             */

            /**
             * Constructs a new Hit.
             * @memberof banyan.v1
             * @classdesc Represents a Hit.
             * @constructor
             * @param {banyan.v1.Hit.$Properties=} [properties] Properties to set
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */
            const Hit = function (properties) {
                this.names = [];
                this.explain = [];
                this.supernodes = [];
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            /**
             * Hit root.
             * @member {Uint8Array} root
             * @memberof banyan.v1.Hit
             * @instance
             */
            Hit.prototype.root = $util.newBuffer([]);

            /**
             * Hit length.
             * @member {number} length
             * @memberof banyan.v1.Hit
             * @instance
             */
            Hit.prototype.length = $util.Long ? $util.Long.fromBits(0,0,true) : 0;

            /**
             * Hit name.
             * @member {string} name
             * @memberof banyan.v1.Hit
             * @instance
             */
            Hit.prototype.name = "";

            /**
             * Hit names.
             * @member {Array.<string>} names
             * @memberof banyan.v1.Hit
             * @instance
             */
            Hit.prototype.names = $util.emptyArray;

            /**
             * Hit folder.
             * @member {string} folder
             * @memberof banyan.v1.Hit
             * @instance
             */
            Hit.prototype.folder = "";

            /**
             * Hit type.
             * @member {banyan.v1.MediaType} type
             * @memberof banyan.v1.Hit
             * @instance
             */
            Hit.prototype.type = 0;

            /**
             * Hit tags.
             * @member {banyan.v1.Tags.$Properties|null|undefined} tags
             * @memberof banyan.v1.Hit
             * @instance
             */
            Hit.prototype.tags = null;

            /**
             * Hit sources.
             * @member {number} sources
             * @memberof banyan.v1.Hit
             * @instance
             */
            Hit.prototype.sources = 0;

            /**
             * Hit reachableSources.
             * @member {number} reachableSources
             * @memberof banyan.v1.Hit
             * @instance
             */
            Hit.prototype.reachableSources = 0;

            /**
             * Hit score.
             * @member {number} score
             * @memberof banyan.v1.Hit
             * @instance
             */
            Hit.prototype.score = 0;

            /**
             * Hit modifiedS.
             * @member {number} modifiedS
             * @memberof banyan.v1.Hit
             * @instance
             */
            Hit.prototype.modifiedS = $util.Long ? $util.Long.fromBits(0,0,true) : 0;

            /**
             * Hit explain.
             * @member {Array.<banyan.v1.ScorePart.$Properties>} explain
             * @memberof banyan.v1.Hit
             * @instance
             */
            Hit.prototype.explain = $util.emptyArray;

            /**
             * Hit supernodes.
             * @member {Array.<string>} supernodes
             * @memberof banyan.v1.Hit
             * @instance
             */
            Hit.prototype.supernodes = $util.emptyArray;

            /**
             * Hit offers.
             * @member {number} offers
             * @memberof banyan.v1.Hit
             * @instance
             */
            Hit.prototype.offers = 0;

            /**
             * Hit freeSources.
             * @member {number} freeSources
             * @memberof banyan.v1.Hit
             * @instance
             */
            Hit.prototype.freeSources = 0;

            /**
             * Hit rate.
             * @member {number} rate
             * @memberof banyan.v1.Hit
             * @instance
             */
            Hit.prototype.rate = $util.Long ? $util.Long.fromBits(0,0,true) : 0;

            /**
             * Creates a new Hit instance using the specified properties.
             * @function create
             * @memberof banyan.v1.Hit
             * @static
             * @param {banyan.v1.Hit.$Properties=} [properties] Properties to set
             * @returns {banyan.v1.Hit} Hit instance
             * @type {{
             *   (properties: banyan.v1.Hit.$Shape): banyan.v1.Hit & banyan.v1.Hit.$Shape;
             *   (properties?: banyan.v1.Hit.$Properties): banyan.v1.Hit;
             * }}
             */
            Hit.create = function(properties) {
                return new Hit(properties);
            };

            /**
             * Encodes the specified Hit message. Does not implicitly {@link banyan.v1.Hit.verify|verify} messages.
             * @function encode
             * @memberof banyan.v1.Hit
             * @static
             * @param {banyan.v1.Hit.$Properties} message Hit message or plain object to encode
             * @param {$protobuf.Writer} [writer] Writer to encode to
             * @returns {$protobuf.Writer} Writer
             */
            Hit.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.root != null && $Object.hasOwnProperty.call(message, "root") && message.root.length)
                    writer.uint32(/* id 1, wireType 2 =*/10).bytes(message.root);
                if (message.length != null && $Object.hasOwnProperty.call(message, "length") && (typeof message.length === "object" ? message.length.low || message.length.high : message.length !== 0))
                    writer.uint32(/* id 2, wireType 0 =*/16).uint64(message.length);
                if (message.name != null && $Object.hasOwnProperty.call(message, "name") && message.name !== "")
                    writer.uint32(/* id 3, wireType 2 =*/26).string(message.name);
                if (message.names != null && message.names.length)
                    for (let i = 0; i < message.names.length; ++i)
                        writer.uint32(/* id 4, wireType 2 =*/34).string(message.names[i]);
                if (message.folder != null && $Object.hasOwnProperty.call(message, "folder") && message.folder !== "")
                    writer.uint32(/* id 5, wireType 2 =*/42).string(message.folder);
                if (message.type != null && $Object.hasOwnProperty.call(message, "type") && message.type !== 0)
                    writer.uint32(/* id 6, wireType 0 =*/48).int32(message.type);
                if (message.tags != null && $Object.hasOwnProperty.call(message, "tags"))
                    $root.banyan.v1.Tags.encode(message.tags, writer.uint32(/* id 7, wireType 2 =*/58).fork(), _depth + 1).ldelim();
                if (message.sources != null && $Object.hasOwnProperty.call(message, "sources") && message.sources !== 0)
                    writer.uint32(/* id 8, wireType 0 =*/64).uint32(message.sources);
                if (message.reachableSources != null && $Object.hasOwnProperty.call(message, "reachableSources") && message.reachableSources !== 0)
                    writer.uint32(/* id 9, wireType 0 =*/72).uint32(message.reachableSources);
                if (message.score != null && $Object.hasOwnProperty.call(message, "score") && !$Object.is(message.score, 0))
                    writer.uint32(/* id 10, wireType 5 =*/85).float(message.score);
                if (message.modifiedS != null && $Object.hasOwnProperty.call(message, "modifiedS") && (typeof message.modifiedS === "object" ? message.modifiedS.low || message.modifiedS.high : message.modifiedS !== 0))
                    writer.uint32(/* id 11, wireType 0 =*/88).uint64(message.modifiedS);
                if (message.explain != null && message.explain.length)
                    for (let i = 0; i < message.explain.length; ++i)
                        $root.banyan.v1.ScorePart.encode(message.explain[i], writer.uint32(/* id 12, wireType 2 =*/98).fork(), _depth + 1).ldelim();
                if (message.supernodes != null && message.supernodes.length)
                    for (let i = 0; i < message.supernodes.length; ++i)
                        writer.uint32(/* id 13, wireType 2 =*/106).string(message.supernodes[i]);
                if (message.offers != null && $Object.hasOwnProperty.call(message, "offers") && message.offers !== 0)
                    writer.uint32(/* id 14, wireType 0 =*/112).uint32(message.offers);
                if (message.freeSources != null && $Object.hasOwnProperty.call(message, "freeSources") && message.freeSources !== 0)
                    writer.uint32(/* id 15, wireType 0 =*/120).uint32(message.freeSources);
                if (message.rate != null && $Object.hasOwnProperty.call(message, "rate") && (typeof message.rate === "object" ? message.rate.low || message.rate.high : message.rate !== 0))
                    writer.uint32(/* id 16, wireType 0 =*/128).uint64(message.rate);
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (let i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            /**
             * Decodes a Hit message from the specified reader or buffer.
             * @function decode
             * @memberof banyan.v1.Hit
             * @static
             * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
             * @param {number} [length] Message length if known beforehand
             * @returns {banyan.v1.Hit & banyan.v1.Hit.$Shape} Hit
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            Hit.decode = function (reader, length, _end, _depth, _target) {
                if (!(reader instanceof $Reader))
                    reader = $Reader.create(reader);
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $Reader.recursionLimit)
                    throw $Error("max depth exceeded");
                let end, message, value;
                if (length === $undefined)
                    end = reader.len;
                else {
                    end = reader.pos + length;
                    if (end > reader.len)
                        throw $RangeError("index out of range");
                    length = reader.len;
                    reader.len = end;
                }
                message = _target || new $root.banyan.v1.Hit();
                while (reader.pos < end) {
                    let start = reader.pos;
                    let tag = reader.tag();
                    if (tag === _end) {
                        _end = $undefined;
                        break;
                    }
                    let wireType = tag & 7;
                    switch (tag >>>= 3) {
                    case 1: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.bytes()).length)
                                message.root = value;
                            else
                                delete message.root;
                            continue;
                        }
                    case 2: {
                            if (wireType !== 0)
                                break;
                            if (typeof (value = reader.uint64()) === "object" ? value.low || value.high : value !== 0)
                                message.length = value;
                            else
                                delete message.length;
                            continue;
                        }
                    case 3: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.name = value;
                            else
                                delete message.name;
                            continue;
                        }
                    case 4: {
                            if (wireType !== 2)
                                break;
                            if (!(message.names && message.names.length))
                                message.names = [];
                            message.names.push(reader.stringVerify());
                            continue;
                        }
                    case 5: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.folder = value;
                            else
                                delete message.folder;
                            continue;
                        }
                    case 6: {
                            if (wireType !== 0)
                                break;
                            if (value = reader.int32())
                                message.type = value;
                            else
                                delete message.type;
                            continue;
                        }
                    case 7: {
                            if (wireType !== 2)
                                break;
                            message.tags = $root.banyan.v1.Tags.decode(reader, reader.size(), $undefined, _depth + 1, message.tags);
                            continue;
                        }
                    case 8: {
                            if (wireType !== 0)
                                break;
                            if (value = reader.uint32())
                                message.sources = value;
                            else
                                delete message.sources;
                            continue;
                        }
                    case 9: {
                            if (wireType !== 0)
                                break;
                            if (value = reader.uint32())
                                message.reachableSources = value;
                            else
                                delete message.reachableSources;
                            continue;
                        }
                    case 10: {
                            if (wireType !== 5)
                                break;
                            if (!$Object.is(value = reader.float(), 0))
                                message.score = value;
                            else
                                delete message.score;
                            continue;
                        }
                    case 11: {
                            if (wireType !== 0)
                                break;
                            if (typeof (value = reader.uint64()) === "object" ? value.low || value.high : value !== 0)
                                message.modifiedS = value;
                            else
                                delete message.modifiedS;
                            continue;
                        }
                    case 12: {
                            if (wireType !== 2)
                                break;
                            if (!(message.explain && message.explain.length))
                                message.explain = [];
                            message.explain.push($root.banyan.v1.ScorePart.decode(reader, reader.size(), $undefined, _depth + 1));
                            continue;
                        }
                    case 13: {
                            if (wireType !== 2)
                                break;
                            if (!(message.supernodes && message.supernodes.length))
                                message.supernodes = [];
                            message.supernodes.push(reader.stringVerify());
                            continue;
                        }
                    case 14: {
                            if (wireType !== 0)
                                break;
                            if (value = reader.uint32())
                                message.offers = value;
                            else
                                delete message.offers;
                            continue;
                        }
                    case 15: {
                            if (wireType !== 0)
                                break;
                            if (value = reader.uint32())
                                message.freeSources = value;
                            else
                                delete message.freeSources;
                            continue;
                        }
                    case 16: {
                            if (wireType !== 0)
                                break;
                            if (typeof (value = reader.uint64()) === "object" ? value.low || value.high : value !== 0)
                                message.rate = value;
                            else
                                delete message.rate;
                            continue;
                        }
                    }
                    reader.skipType(wireType, _depth, tag);
                    if (!reader.discardUnknown) {
                        $util.makeProp(message, "$unknowns", false);
                        (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                    }
                }
                if (length !== $undefined) {
                    if (reader.pos !== end)
                        throw $RangeError("index out of range");
                    reader.len = length;
                }
                if (_end !== $undefined)
                    throw $Error("missing end group");
                return message;
            };

            /**
             * Verifies a Hit message.
             * @function verify
             * @memberof banyan.v1.Hit
             * @static
             * @param {Object.<string,*>} message Plain object to verify
             * @returns {string|null} `null` if valid, otherwise the reason why it is not
             */
            Hit.verify = function (message, _depth) {
                if (typeof message !== "object" || message === null)
                    return "object expected";
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    return "max depth exceeded";
                if (message.root != null && $Object.hasOwnProperty.call(message, "root"))
                    if (!(message.root && typeof message.root.length === "number" || $util.isString(message.root)))
                        return "root: buffer expected";
                if (message.length != null && $Object.hasOwnProperty.call(message, "length"))
                    if (!$util.isInteger(message.length) && !(message.length && $util.isInteger(message.length.low) && $util.isInteger(message.length.high)))
                        return "length: integer|Long expected";
                if (message.name != null && $Object.hasOwnProperty.call(message, "name"))
                    if (!$util.isString(message.name))
                        return "name: string expected";
                if (message.names != null && $Object.hasOwnProperty.call(message, "names")) {
                    if (!$Array.isArray(message.names))
                        return "names: array expected";
                    for (let i = 0; i < message.names.length; ++i)
                        if (!$util.isString(message.names[i]))
                            return "names: string[] expected";
                }
                if (message.folder != null && $Object.hasOwnProperty.call(message, "folder"))
                    if (!$util.isString(message.folder))
                        return "folder: string expected";
                if (message.type != null && $Object.hasOwnProperty.call(message, "type"))
                    if (typeof message.type !== "number" || (message.type | 0) !== message.type)
                        return "type: enum value expected";
                if (message.tags != null && $Object.hasOwnProperty.call(message, "tags")) {
                    let error = $root.banyan.v1.Tags.verify(message.tags, _depth + 1);
                    if (error)
                        return "tags." + error;
                }
                if (message.sources != null && $Object.hasOwnProperty.call(message, "sources"))
                    if (!$util.isInteger(message.sources))
                        return "sources: integer expected";
                if (message.reachableSources != null && $Object.hasOwnProperty.call(message, "reachableSources"))
                    if (!$util.isInteger(message.reachableSources))
                        return "reachableSources: integer expected";
                if (message.score != null && $Object.hasOwnProperty.call(message, "score"))
                    if (typeof message.score !== "number")
                        return "score: number expected";
                if (message.modifiedS != null && $Object.hasOwnProperty.call(message, "modifiedS"))
                    if (!$util.isInteger(message.modifiedS) && !(message.modifiedS && $util.isInteger(message.modifiedS.low) && $util.isInteger(message.modifiedS.high)))
                        return "modifiedS: integer|Long expected";
                if (message.explain != null && $Object.hasOwnProperty.call(message, "explain")) {
                    if (!$Array.isArray(message.explain))
                        return "explain: array expected";
                    for (let i = 0; i < message.explain.length; ++i) {
                        let error = $root.banyan.v1.ScorePart.verify(message.explain[i], _depth + 1);
                        if (error)
                            return "explain." + error;
                    }
                }
                if (message.supernodes != null && $Object.hasOwnProperty.call(message, "supernodes")) {
                    if (!$Array.isArray(message.supernodes))
                        return "supernodes: array expected";
                    for (let i = 0; i < message.supernodes.length; ++i)
                        if (!$util.isString(message.supernodes[i]))
                            return "supernodes: string[] expected";
                }
                if (message.offers != null && $Object.hasOwnProperty.call(message, "offers"))
                    if (!$util.isInteger(message.offers))
                        return "offers: integer expected";
                if (message.freeSources != null && $Object.hasOwnProperty.call(message, "freeSources"))
                    if (!$util.isInteger(message.freeSources))
                        return "freeSources: integer expected";
                if (message.rate != null && $Object.hasOwnProperty.call(message, "rate"))
                    if (!$util.isInteger(message.rate) && !(message.rate && $util.isInteger(message.rate.low) && $util.isInteger(message.rate.high)))
                        return "rate: integer|Long expected";
                return null;
            };

            return Hit;
        })();

        v1.ScorePart = (function() {

            /**
             * Properties of a ScorePart.
             * @typedef {Object} banyan.v1.ScorePart.$Properties
             * @property {string|null} [name] ScorePart name
             * @property {number|null} [value] ScorePart value
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */

            /**
             * Properties of a ScorePart.
             * @memberof banyan.v1
             * @interface IScorePart
             * @augments banyan.v1.ScorePart.$Properties
             * @deprecated Use banyan.v1.ScorePart.$Properties instead.
             */

            /**
             * Shape of a ScorePart.
             * @typedef {banyan.v1.ScorePart.$Properties} banyan.v1.ScorePart.$Shape
             */

            /**
             * Constructs a new ScorePart.
             * @memberof banyan.v1
             * @classdesc Represents a ScorePart.
             * @constructor
             * @param {banyan.v1.ScorePart.$Properties=} [properties] Properties to set
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */
            const ScorePart = function (properties) {
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            /**
             * ScorePart name.
             * @member {string} name
             * @memberof banyan.v1.ScorePart
             * @instance
             */
            ScorePart.prototype.name = "";

            /**
             * ScorePart value.
             * @member {number} value
             * @memberof banyan.v1.ScorePart
             * @instance
             */
            ScorePart.prototype.value = 0;

            /**
             * Creates a new ScorePart instance using the specified properties.
             * @function create
             * @memberof banyan.v1.ScorePart
             * @static
             * @param {banyan.v1.ScorePart.$Properties=} [properties] Properties to set
             * @returns {banyan.v1.ScorePart} ScorePart instance
             * @type {{
             *   (properties: banyan.v1.ScorePart.$Shape): banyan.v1.ScorePart & banyan.v1.ScorePart.$Shape;
             *   (properties?: banyan.v1.ScorePart.$Properties): banyan.v1.ScorePart;
             * }}
             */
            ScorePart.create = function(properties) {
                return new ScorePart(properties);
            };

            /**
             * Encodes the specified ScorePart message. Does not implicitly {@link banyan.v1.ScorePart.verify|verify} messages.
             * @function encode
             * @memberof banyan.v1.ScorePart
             * @static
             * @param {banyan.v1.ScorePart.$Properties} message ScorePart message or plain object to encode
             * @param {$protobuf.Writer} [writer] Writer to encode to
             * @returns {$protobuf.Writer} Writer
             */
            ScorePart.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.name != null && $Object.hasOwnProperty.call(message, "name") && message.name !== "")
                    writer.uint32(/* id 1, wireType 2 =*/10).string(message.name);
                if (message.value != null && $Object.hasOwnProperty.call(message, "value") && !$Object.is(message.value, 0))
                    writer.uint32(/* id 2, wireType 5 =*/21).float(message.value);
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (let i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            /**
             * Decodes a ScorePart message from the specified reader or buffer.
             * @function decode
             * @memberof banyan.v1.ScorePart
             * @static
             * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
             * @param {number} [length] Message length if known beforehand
             * @returns {banyan.v1.ScorePart & banyan.v1.ScorePart.$Shape} ScorePart
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            ScorePart.decode = function (reader, length, _end, _depth, _target) {
                if (!(reader instanceof $Reader))
                    reader = $Reader.create(reader);
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $Reader.recursionLimit)
                    throw $Error("max depth exceeded");
                let end, message, value;
                if (length === $undefined)
                    end = reader.len;
                else {
                    end = reader.pos + length;
                    if (end > reader.len)
                        throw $RangeError("index out of range");
                    length = reader.len;
                    reader.len = end;
                }
                message = _target || new $root.banyan.v1.ScorePart();
                while (reader.pos < end) {
                    let start = reader.pos;
                    let tag = reader.tag();
                    if (tag === _end) {
                        _end = $undefined;
                        break;
                    }
                    let wireType = tag & 7;
                    switch (tag >>>= 3) {
                    case 1: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.name = value;
                            else
                                delete message.name;
                            continue;
                        }
                    case 2: {
                            if (wireType !== 5)
                                break;
                            if (!$Object.is(value = reader.float(), 0))
                                message.value = value;
                            else
                                delete message.value;
                            continue;
                        }
                    }
                    reader.skipType(wireType, _depth, tag);
                    if (!reader.discardUnknown) {
                        $util.makeProp(message, "$unknowns", false);
                        (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                    }
                }
                if (length !== $undefined) {
                    if (reader.pos !== end)
                        throw $RangeError("index out of range");
                    reader.len = length;
                }
                if (_end !== $undefined)
                    throw $Error("missing end group");
                return message;
            };

            /**
             * Verifies a ScorePart message.
             * @function verify
             * @memberof banyan.v1.ScorePart
             * @static
             * @param {Object.<string,*>} message Plain object to verify
             * @returns {string|null} `null` if valid, otherwise the reason why it is not
             */
            ScorePart.verify = function (message, _depth) {
                if (typeof message !== "object" || message === null)
                    return "object expected";
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    return "max depth exceeded";
                if (message.name != null && $Object.hasOwnProperty.call(message, "name"))
                    if (!$util.isString(message.name))
                        return "name: string expected";
                if (message.value != null && $Object.hasOwnProperty.call(message, "value"))
                    if (typeof message.value !== "number")
                        return "value: number expected";
                return null;
            };

            return ScorePart;
        })();

        v1.SearchDone = (function() {

            /**
             * Properties of a SearchDone.
             * @typedef {Object} banyan.v1.SearchDone.$Properties
             * @property {number|null} [asked] SearchDone asked
             * @property {number|null} [answered] SearchDone answered
             * @property {number|null} [timedOut] SearchDone timedOut
             * @property {number|null} [totalEstimate] SearchDone totalEstimate
             * @property {Array.<banyan.v1.SupernodeAnswer.$Properties>|null} [answers] SearchDone answers
             * @property {string|null} [searchedFor] SearchDone searchedFor
             * @property {Uint8Array|null} [cursor] SearchDone cursor
             * @property {Array.<banyan.v1.FacetCount.$Properties>|null} [facets] SearchDone facets
             * @property {Array.<string>|null} [hints] SearchDone hints
             * @property {banyan.v1.Correction.$Properties|null} [correction] SearchDone correction
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */

            /**
             * Properties of a SearchDone.
             * @memberof banyan.v1
             * @interface ISearchDone
             * @augments banyan.v1.SearchDone.$Properties
             * @deprecated Use banyan.v1.SearchDone.$Properties instead.
             */

            /**
             * Shape of a SearchDone.
             * @typedef {banyan.v1.SearchDone.$Properties} banyan.v1.SearchDone.$Shape
             */

            /**
             * Constructs a new SearchDone.
             * @memberof banyan.v1
             * @classdesc Represents a SearchDone.
             * @constructor
             * @param {banyan.v1.SearchDone.$Properties=} [properties] Properties to set
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */
            const SearchDone = function (properties) {
                this.answers = [];
                this.facets = [];
                this.hints = [];
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            /**
             * SearchDone asked.
             * @member {number} asked
             * @memberof banyan.v1.SearchDone
             * @instance
             */
            SearchDone.prototype.asked = 0;

            /**
             * SearchDone answered.
             * @member {number} answered
             * @memberof banyan.v1.SearchDone
             * @instance
             */
            SearchDone.prototype.answered = 0;

            /**
             * SearchDone timedOut.
             * @member {number} timedOut
             * @memberof banyan.v1.SearchDone
             * @instance
             */
            SearchDone.prototype.timedOut = 0;

            /**
             * SearchDone totalEstimate.
             * @member {number} totalEstimate
             * @memberof banyan.v1.SearchDone
             * @instance
             */
            SearchDone.prototype.totalEstimate = $util.Long ? $util.Long.fromBits(0,0,true) : 0;

            /**
             * SearchDone answers.
             * @member {Array.<banyan.v1.SupernodeAnswer.$Properties>} answers
             * @memberof banyan.v1.SearchDone
             * @instance
             */
            SearchDone.prototype.answers = $util.emptyArray;

            /**
             * SearchDone searchedFor.
             * @member {string} searchedFor
             * @memberof banyan.v1.SearchDone
             * @instance
             */
            SearchDone.prototype.searchedFor = "";

            /**
             * SearchDone cursor.
             * @member {Uint8Array} cursor
             * @memberof banyan.v1.SearchDone
             * @instance
             */
            SearchDone.prototype.cursor = $util.newBuffer([]);

            /**
             * SearchDone facets.
             * @member {Array.<banyan.v1.FacetCount.$Properties>} facets
             * @memberof banyan.v1.SearchDone
             * @instance
             */
            SearchDone.prototype.facets = $util.emptyArray;

            /**
             * SearchDone hints.
             * @member {Array.<string>} hints
             * @memberof banyan.v1.SearchDone
             * @instance
             */
            SearchDone.prototype.hints = $util.emptyArray;

            /**
             * SearchDone correction.
             * @member {banyan.v1.Correction.$Properties|null|undefined} correction
             * @memberof banyan.v1.SearchDone
             * @instance
             */
            SearchDone.prototype.correction = null;

            /**
             * Creates a new SearchDone instance using the specified properties.
             * @function create
             * @memberof banyan.v1.SearchDone
             * @static
             * @param {banyan.v1.SearchDone.$Properties=} [properties] Properties to set
             * @returns {banyan.v1.SearchDone} SearchDone instance
             * @type {{
             *   (properties: banyan.v1.SearchDone.$Shape): banyan.v1.SearchDone & banyan.v1.SearchDone.$Shape;
             *   (properties?: banyan.v1.SearchDone.$Properties): banyan.v1.SearchDone;
             * }}
             */
            SearchDone.create = function(properties) {
                return new SearchDone(properties);
            };

            /**
             * Encodes the specified SearchDone message. Does not implicitly {@link banyan.v1.SearchDone.verify|verify} messages.
             * @function encode
             * @memberof banyan.v1.SearchDone
             * @static
             * @param {banyan.v1.SearchDone.$Properties} message SearchDone message or plain object to encode
             * @param {$protobuf.Writer} [writer] Writer to encode to
             * @returns {$protobuf.Writer} Writer
             */
            SearchDone.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.asked != null && $Object.hasOwnProperty.call(message, "asked") && message.asked !== 0)
                    writer.uint32(/* id 1, wireType 0 =*/8).uint32(message.asked);
                if (message.answered != null && $Object.hasOwnProperty.call(message, "answered") && message.answered !== 0)
                    writer.uint32(/* id 2, wireType 0 =*/16).uint32(message.answered);
                if (message.timedOut != null && $Object.hasOwnProperty.call(message, "timedOut") && message.timedOut !== 0)
                    writer.uint32(/* id 3, wireType 0 =*/24).uint32(message.timedOut);
                if (message.totalEstimate != null && $Object.hasOwnProperty.call(message, "totalEstimate") && (typeof message.totalEstimate === "object" ? message.totalEstimate.low || message.totalEstimate.high : message.totalEstimate !== 0))
                    writer.uint32(/* id 4, wireType 0 =*/32).uint64(message.totalEstimate);
                if (message.answers != null && message.answers.length)
                    for (let i = 0; i < message.answers.length; ++i)
                        $root.banyan.v1.SupernodeAnswer.encode(message.answers[i], writer.uint32(/* id 5, wireType 2 =*/42).fork(), _depth + 1).ldelim();
                if (message.searchedFor != null && $Object.hasOwnProperty.call(message, "searchedFor") && message.searchedFor !== "")
                    writer.uint32(/* id 6, wireType 2 =*/50).string(message.searchedFor);
                if (message.cursor != null && $Object.hasOwnProperty.call(message, "cursor") && message.cursor.length)
                    writer.uint32(/* id 7, wireType 2 =*/58).bytes(message.cursor);
                if (message.facets != null && message.facets.length)
                    for (let i = 0; i < message.facets.length; ++i)
                        $root.banyan.v1.FacetCount.encode(message.facets[i], writer.uint32(/* id 8, wireType 2 =*/66).fork(), _depth + 1).ldelim();
                if (message.hints != null && message.hints.length)
                    for (let i = 0; i < message.hints.length; ++i)
                        writer.uint32(/* id 9, wireType 2 =*/74).string(message.hints[i]);
                if (message.correction != null && $Object.hasOwnProperty.call(message, "correction"))
                    $root.banyan.v1.Correction.encode(message.correction, writer.uint32(/* id 10, wireType 2 =*/82).fork(), _depth + 1).ldelim();
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (let i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            /**
             * Decodes a SearchDone message from the specified reader or buffer.
             * @function decode
             * @memberof banyan.v1.SearchDone
             * @static
             * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
             * @param {number} [length] Message length if known beforehand
             * @returns {banyan.v1.SearchDone & banyan.v1.SearchDone.$Shape} SearchDone
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            SearchDone.decode = function (reader, length, _end, _depth, _target) {
                if (!(reader instanceof $Reader))
                    reader = $Reader.create(reader);
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $Reader.recursionLimit)
                    throw $Error("max depth exceeded");
                let end, message, value;
                if (length === $undefined)
                    end = reader.len;
                else {
                    end = reader.pos + length;
                    if (end > reader.len)
                        throw $RangeError("index out of range");
                    length = reader.len;
                    reader.len = end;
                }
                message = _target || new $root.banyan.v1.SearchDone();
                while (reader.pos < end) {
                    let start = reader.pos;
                    let tag = reader.tag();
                    if (tag === _end) {
                        _end = $undefined;
                        break;
                    }
                    let wireType = tag & 7;
                    switch (tag >>>= 3) {
                    case 1: {
                            if (wireType !== 0)
                                break;
                            if (value = reader.uint32())
                                message.asked = value;
                            else
                                delete message.asked;
                            continue;
                        }
                    case 2: {
                            if (wireType !== 0)
                                break;
                            if (value = reader.uint32())
                                message.answered = value;
                            else
                                delete message.answered;
                            continue;
                        }
                    case 3: {
                            if (wireType !== 0)
                                break;
                            if (value = reader.uint32())
                                message.timedOut = value;
                            else
                                delete message.timedOut;
                            continue;
                        }
                    case 4: {
                            if (wireType !== 0)
                                break;
                            if (typeof (value = reader.uint64()) === "object" ? value.low || value.high : value !== 0)
                                message.totalEstimate = value;
                            else
                                delete message.totalEstimate;
                            continue;
                        }
                    case 5: {
                            if (wireType !== 2)
                                break;
                            if (!(message.answers && message.answers.length))
                                message.answers = [];
                            message.answers.push($root.banyan.v1.SupernodeAnswer.decode(reader, reader.size(), $undefined, _depth + 1));
                            continue;
                        }
                    case 6: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.searchedFor = value;
                            else
                                delete message.searchedFor;
                            continue;
                        }
                    case 7: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.bytes()).length)
                                message.cursor = value;
                            else
                                delete message.cursor;
                            continue;
                        }
                    case 8: {
                            if (wireType !== 2)
                                break;
                            if (!(message.facets && message.facets.length))
                                message.facets = [];
                            message.facets.push($root.banyan.v1.FacetCount.decode(reader, reader.size(), $undefined, _depth + 1));
                            continue;
                        }
                    case 9: {
                            if (wireType !== 2)
                                break;
                            if (!(message.hints && message.hints.length))
                                message.hints = [];
                            message.hints.push(reader.stringVerify());
                            continue;
                        }
                    case 10: {
                            if (wireType !== 2)
                                break;
                            message.correction = $root.banyan.v1.Correction.decode(reader, reader.size(), $undefined, _depth + 1, message.correction);
                            continue;
                        }
                    }
                    reader.skipType(wireType, _depth, tag);
                    if (!reader.discardUnknown) {
                        $util.makeProp(message, "$unknowns", false);
                        (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                    }
                }
                if (length !== $undefined) {
                    if (reader.pos !== end)
                        throw $RangeError("index out of range");
                    reader.len = length;
                }
                if (_end !== $undefined)
                    throw $Error("missing end group");
                return message;
            };

            /**
             * Verifies a SearchDone message.
             * @function verify
             * @memberof banyan.v1.SearchDone
             * @static
             * @param {Object.<string,*>} message Plain object to verify
             * @returns {string|null} `null` if valid, otherwise the reason why it is not
             */
            SearchDone.verify = function (message, _depth) {
                if (typeof message !== "object" || message === null)
                    return "object expected";
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    return "max depth exceeded";
                if (message.asked != null && $Object.hasOwnProperty.call(message, "asked"))
                    if (!$util.isInteger(message.asked))
                        return "asked: integer expected";
                if (message.answered != null && $Object.hasOwnProperty.call(message, "answered"))
                    if (!$util.isInteger(message.answered))
                        return "answered: integer expected";
                if (message.timedOut != null && $Object.hasOwnProperty.call(message, "timedOut"))
                    if (!$util.isInteger(message.timedOut))
                        return "timedOut: integer expected";
                if (message.totalEstimate != null && $Object.hasOwnProperty.call(message, "totalEstimate"))
                    if (!$util.isInteger(message.totalEstimate) && !(message.totalEstimate && $util.isInteger(message.totalEstimate.low) && $util.isInteger(message.totalEstimate.high)))
                        return "totalEstimate: integer|Long expected";
                if (message.answers != null && $Object.hasOwnProperty.call(message, "answers")) {
                    if (!$Array.isArray(message.answers))
                        return "answers: array expected";
                    for (let i = 0; i < message.answers.length; ++i) {
                        let error = $root.banyan.v1.SupernodeAnswer.verify(message.answers[i], _depth + 1);
                        if (error)
                            return "answers." + error;
                    }
                }
                if (message.searchedFor != null && $Object.hasOwnProperty.call(message, "searchedFor"))
                    if (!$util.isString(message.searchedFor))
                        return "searchedFor: string expected";
                if (message.cursor != null && $Object.hasOwnProperty.call(message, "cursor"))
                    if (!(message.cursor && typeof message.cursor.length === "number" || $util.isString(message.cursor)))
                        return "cursor: buffer expected";
                if (message.facets != null && $Object.hasOwnProperty.call(message, "facets")) {
                    if (!$Array.isArray(message.facets))
                        return "facets: array expected";
                    for (let i = 0; i < message.facets.length; ++i) {
                        let error = $root.banyan.v1.FacetCount.verify(message.facets[i], _depth + 1);
                        if (error)
                            return "facets." + error;
                    }
                }
                if (message.hints != null && $Object.hasOwnProperty.call(message, "hints")) {
                    if (!$Array.isArray(message.hints))
                        return "hints: array expected";
                    for (let i = 0; i < message.hints.length; ++i)
                        if (!$util.isString(message.hints[i]))
                            return "hints: string[] expected";
                }
                if (message.correction != null && $Object.hasOwnProperty.call(message, "correction")) {
                    let error = $root.banyan.v1.Correction.verify(message.correction, _depth + 1);
                    if (error)
                        return "correction." + error;
                }
                return null;
            };

            return SearchDone;
        })();

        v1.Correction = (function() {

            /**
             * Properties of a Correction.
             * @typedef {Object} banyan.v1.Correction.$Properties
             * @property {string|null} [query] Correction query
             * @property {number|null} [edits] Correction edits
             * @property {number|null} [hits] Correction hits
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */

            /**
             * Properties of a Correction.
             * @memberof banyan.v1
             * @interface ICorrection
             * @augments banyan.v1.Correction.$Properties
             * @deprecated Use banyan.v1.Correction.$Properties instead.
             */

            /**
             * Shape of a Correction.
             * @typedef {banyan.v1.Correction.$Properties} banyan.v1.Correction.$Shape
             */

            /**
             * Constructs a new Correction.
             * @memberof banyan.v1
             * @classdesc Represents a Correction.
             * @constructor
             * @param {banyan.v1.Correction.$Properties=} [properties] Properties to set
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */
            const Correction = function (properties) {
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            /**
             * Correction query.
             * @member {string} query
             * @memberof banyan.v1.Correction
             * @instance
             */
            Correction.prototype.query = "";

            /**
             * Correction edits.
             * @member {number} edits
             * @memberof banyan.v1.Correction
             * @instance
             */
            Correction.prototype.edits = 0;

            /**
             * Correction hits.
             * @member {number} hits
             * @memberof banyan.v1.Correction
             * @instance
             */
            Correction.prototype.hits = $util.Long ? $util.Long.fromBits(0,0,true) : 0;

            /**
             * Creates a new Correction instance using the specified properties.
             * @function create
             * @memberof banyan.v1.Correction
             * @static
             * @param {banyan.v1.Correction.$Properties=} [properties] Properties to set
             * @returns {banyan.v1.Correction} Correction instance
             * @type {{
             *   (properties: banyan.v1.Correction.$Shape): banyan.v1.Correction & banyan.v1.Correction.$Shape;
             *   (properties?: banyan.v1.Correction.$Properties): banyan.v1.Correction;
             * }}
             */
            Correction.create = function(properties) {
                return new Correction(properties);
            };

            /**
             * Encodes the specified Correction message. Does not implicitly {@link banyan.v1.Correction.verify|verify} messages.
             * @function encode
             * @memberof banyan.v1.Correction
             * @static
             * @param {banyan.v1.Correction.$Properties} message Correction message or plain object to encode
             * @param {$protobuf.Writer} [writer] Writer to encode to
             * @returns {$protobuf.Writer} Writer
             */
            Correction.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.query != null && $Object.hasOwnProperty.call(message, "query") && message.query !== "")
                    writer.uint32(/* id 1, wireType 2 =*/10).string(message.query);
                if (message.edits != null && $Object.hasOwnProperty.call(message, "edits") && message.edits !== 0)
                    writer.uint32(/* id 2, wireType 0 =*/16).uint32(message.edits);
                if (message.hits != null && $Object.hasOwnProperty.call(message, "hits") && (typeof message.hits === "object" ? message.hits.low || message.hits.high : message.hits !== 0))
                    writer.uint32(/* id 3, wireType 0 =*/24).uint64(message.hits);
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (let i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            /**
             * Decodes a Correction message from the specified reader or buffer.
             * @function decode
             * @memberof banyan.v1.Correction
             * @static
             * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
             * @param {number} [length] Message length if known beforehand
             * @returns {banyan.v1.Correction & banyan.v1.Correction.$Shape} Correction
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            Correction.decode = function (reader, length, _end, _depth, _target) {
                if (!(reader instanceof $Reader))
                    reader = $Reader.create(reader);
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $Reader.recursionLimit)
                    throw $Error("max depth exceeded");
                let end, message, value;
                if (length === $undefined)
                    end = reader.len;
                else {
                    end = reader.pos + length;
                    if (end > reader.len)
                        throw $RangeError("index out of range");
                    length = reader.len;
                    reader.len = end;
                }
                message = _target || new $root.banyan.v1.Correction();
                while (reader.pos < end) {
                    let start = reader.pos;
                    let tag = reader.tag();
                    if (tag === _end) {
                        _end = $undefined;
                        break;
                    }
                    let wireType = tag & 7;
                    switch (tag >>>= 3) {
                    case 1: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.query = value;
                            else
                                delete message.query;
                            continue;
                        }
                    case 2: {
                            if (wireType !== 0)
                                break;
                            if (value = reader.uint32())
                                message.edits = value;
                            else
                                delete message.edits;
                            continue;
                        }
                    case 3: {
                            if (wireType !== 0)
                                break;
                            if (typeof (value = reader.uint64()) === "object" ? value.low || value.high : value !== 0)
                                message.hits = value;
                            else
                                delete message.hits;
                            continue;
                        }
                    }
                    reader.skipType(wireType, _depth, tag);
                    if (!reader.discardUnknown) {
                        $util.makeProp(message, "$unknowns", false);
                        (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                    }
                }
                if (length !== $undefined) {
                    if (reader.pos !== end)
                        throw $RangeError("index out of range");
                    reader.len = length;
                }
                if (_end !== $undefined)
                    throw $Error("missing end group");
                return message;
            };

            /**
             * Verifies a Correction message.
             * @function verify
             * @memberof banyan.v1.Correction
             * @static
             * @param {Object.<string,*>} message Plain object to verify
             * @returns {string|null} `null` if valid, otherwise the reason why it is not
             */
            Correction.verify = function (message, _depth) {
                if (typeof message !== "object" || message === null)
                    return "object expected";
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    return "max depth exceeded";
                if (message.query != null && $Object.hasOwnProperty.call(message, "query"))
                    if (!$util.isString(message.query))
                        return "query: string expected";
                if (message.edits != null && $Object.hasOwnProperty.call(message, "edits"))
                    if (!$util.isInteger(message.edits))
                        return "edits: integer expected";
                if (message.hits != null && $Object.hasOwnProperty.call(message, "hits"))
                    if (!$util.isInteger(message.hits) && !(message.hits && $util.isInteger(message.hits.low) && $util.isInteger(message.hits.high)))
                        return "hits: integer|Long expected";
                return null;
            };

            return Correction;
        })();

        v1.SupernodeAnswer = (function() {

            /**
             * Properties of a SupernodeAnswer.
             * @typedef {Object} banyan.v1.SupernodeAnswer.$Properties
             * @property {string|null} [deviceId] SupernodeAnswer deviceId
             * @property {string|null} [name] SupernodeAnswer name
             * @property {number|null} [tookMs] SupernodeAnswer tookMs
             * @property {number|null} [hits] SupernodeAnswer hits
             * @property {string|null} [code] SupernodeAnswer code
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */

            /**
             * Properties of a SupernodeAnswer.
             * @memberof banyan.v1
             * @interface ISupernodeAnswer
             * @augments banyan.v1.SupernodeAnswer.$Properties
             * @deprecated Use banyan.v1.SupernodeAnswer.$Properties instead.
             */

            /**
             * Shape of a SupernodeAnswer.
             * @typedef {banyan.v1.SupernodeAnswer.$Properties} banyan.v1.SupernodeAnswer.$Shape
             */

            /**
             * Constructs a new SupernodeAnswer.
             * @memberof banyan.v1
             * @classdesc Represents a SupernodeAnswer.
             * @constructor
             * @param {banyan.v1.SupernodeAnswer.$Properties=} [properties] Properties to set
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */
            const SupernodeAnswer = function (properties) {
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            /**
             * SupernodeAnswer deviceId.
             * @member {string} deviceId
             * @memberof banyan.v1.SupernodeAnswer
             * @instance
             */
            SupernodeAnswer.prototype.deviceId = "";

            /**
             * SupernodeAnswer name.
             * @member {string} name
             * @memberof banyan.v1.SupernodeAnswer
             * @instance
             */
            SupernodeAnswer.prototype.name = "";

            /**
             * SupernodeAnswer tookMs.
             * @member {number} tookMs
             * @memberof banyan.v1.SupernodeAnswer
             * @instance
             */
            SupernodeAnswer.prototype.tookMs = 0;

            /**
             * SupernodeAnswer hits.
             * @member {number} hits
             * @memberof banyan.v1.SupernodeAnswer
             * @instance
             */
            SupernodeAnswer.prototype.hits = 0;

            /**
             * SupernodeAnswer code.
             * @member {string} code
             * @memberof banyan.v1.SupernodeAnswer
             * @instance
             */
            SupernodeAnswer.prototype.code = "";

            /**
             * Creates a new SupernodeAnswer instance using the specified properties.
             * @function create
             * @memberof banyan.v1.SupernodeAnswer
             * @static
             * @param {banyan.v1.SupernodeAnswer.$Properties=} [properties] Properties to set
             * @returns {banyan.v1.SupernodeAnswer} SupernodeAnswer instance
             * @type {{
             *   (properties: banyan.v1.SupernodeAnswer.$Shape): banyan.v1.SupernodeAnswer & banyan.v1.SupernodeAnswer.$Shape;
             *   (properties?: banyan.v1.SupernodeAnswer.$Properties): banyan.v1.SupernodeAnswer;
             * }}
             */
            SupernodeAnswer.create = function(properties) {
                return new SupernodeAnswer(properties);
            };

            /**
             * Encodes the specified SupernodeAnswer message. Does not implicitly {@link banyan.v1.SupernodeAnswer.verify|verify} messages.
             * @function encode
             * @memberof banyan.v1.SupernodeAnswer
             * @static
             * @param {banyan.v1.SupernodeAnswer.$Properties} message SupernodeAnswer message or plain object to encode
             * @param {$protobuf.Writer} [writer] Writer to encode to
             * @returns {$protobuf.Writer} Writer
             */
            SupernodeAnswer.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.deviceId != null && $Object.hasOwnProperty.call(message, "deviceId") && message.deviceId !== "")
                    writer.uint32(/* id 1, wireType 2 =*/10).string(message.deviceId);
                if (message.name != null && $Object.hasOwnProperty.call(message, "name") && message.name !== "")
                    writer.uint32(/* id 2, wireType 2 =*/18).string(message.name);
                if (message.tookMs != null && $Object.hasOwnProperty.call(message, "tookMs") && message.tookMs !== 0)
                    writer.uint32(/* id 3, wireType 0 =*/24).uint32(message.tookMs);
                if (message.hits != null && $Object.hasOwnProperty.call(message, "hits") && message.hits !== 0)
                    writer.uint32(/* id 4, wireType 0 =*/32).uint32(message.hits);
                if (message.code != null && $Object.hasOwnProperty.call(message, "code") && message.code !== "")
                    writer.uint32(/* id 5, wireType 2 =*/42).string(message.code);
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (let i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            /**
             * Decodes a SupernodeAnswer message from the specified reader or buffer.
             * @function decode
             * @memberof banyan.v1.SupernodeAnswer
             * @static
             * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
             * @param {number} [length] Message length if known beforehand
             * @returns {banyan.v1.SupernodeAnswer & banyan.v1.SupernodeAnswer.$Shape} SupernodeAnswer
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            SupernodeAnswer.decode = function (reader, length, _end, _depth, _target) {
                if (!(reader instanceof $Reader))
                    reader = $Reader.create(reader);
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $Reader.recursionLimit)
                    throw $Error("max depth exceeded");
                let end, message, value;
                if (length === $undefined)
                    end = reader.len;
                else {
                    end = reader.pos + length;
                    if (end > reader.len)
                        throw $RangeError("index out of range");
                    length = reader.len;
                    reader.len = end;
                }
                message = _target || new $root.banyan.v1.SupernodeAnswer();
                while (reader.pos < end) {
                    let start = reader.pos;
                    let tag = reader.tag();
                    if (tag === _end) {
                        _end = $undefined;
                        break;
                    }
                    let wireType = tag & 7;
                    switch (tag >>>= 3) {
                    case 1: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.deviceId = value;
                            else
                                delete message.deviceId;
                            continue;
                        }
                    case 2: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.name = value;
                            else
                                delete message.name;
                            continue;
                        }
                    case 3: {
                            if (wireType !== 0)
                                break;
                            if (value = reader.uint32())
                                message.tookMs = value;
                            else
                                delete message.tookMs;
                            continue;
                        }
                    case 4: {
                            if (wireType !== 0)
                                break;
                            if (value = reader.uint32())
                                message.hits = value;
                            else
                                delete message.hits;
                            continue;
                        }
                    case 5: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.code = value;
                            else
                                delete message.code;
                            continue;
                        }
                    }
                    reader.skipType(wireType, _depth, tag);
                    if (!reader.discardUnknown) {
                        $util.makeProp(message, "$unknowns", false);
                        (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                    }
                }
                if (length !== $undefined) {
                    if (reader.pos !== end)
                        throw $RangeError("index out of range");
                    reader.len = length;
                }
                if (_end !== $undefined)
                    throw $Error("missing end group");
                return message;
            };

            /**
             * Verifies a SupernodeAnswer message.
             * @function verify
             * @memberof banyan.v1.SupernodeAnswer
             * @static
             * @param {Object.<string,*>} message Plain object to verify
             * @returns {string|null} `null` if valid, otherwise the reason why it is not
             */
            SupernodeAnswer.verify = function (message, _depth) {
                if (typeof message !== "object" || message === null)
                    return "object expected";
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    return "max depth exceeded";
                if (message.deviceId != null && $Object.hasOwnProperty.call(message, "deviceId"))
                    if (!$util.isString(message.deviceId))
                        return "deviceId: string expected";
                if (message.name != null && $Object.hasOwnProperty.call(message, "name"))
                    if (!$util.isString(message.name))
                        return "name: string expected";
                if (message.tookMs != null && $Object.hasOwnProperty.call(message, "tookMs"))
                    if (!$util.isInteger(message.tookMs))
                        return "tookMs: integer expected";
                if (message.hits != null && $Object.hasOwnProperty.call(message, "hits"))
                    if (!$util.isInteger(message.hits))
                        return "hits: integer expected";
                if (message.code != null && $Object.hasOwnProperty.call(message, "code"))
                    if (!$util.isString(message.code))
                        return "code: string expected";
                return null;
            };

            return SupernodeAnswer;
        })();

        v1.FacetCount = (function() {

            /**
             * Properties of a FacetCount.
             * @typedef {Object} banyan.v1.FacetCount.$Properties
             * @property {string|null} [facet] FacetCount facet
             * @property {string|null} [value] FacetCount value
             * @property {number|null} [count] FacetCount count
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */

            /**
             * Properties of a FacetCount.
             * @memberof banyan.v1
             * @interface IFacetCount
             * @augments banyan.v1.FacetCount.$Properties
             * @deprecated Use banyan.v1.FacetCount.$Properties instead.
             */

            /**
             * Shape of a FacetCount.
             * @typedef {banyan.v1.FacetCount.$Properties} banyan.v1.FacetCount.$Shape
             */

            /**
             * Constructs a new FacetCount.
             * @memberof banyan.v1
             * @classdesc Represents a FacetCount.
             * @constructor
             * @param {banyan.v1.FacetCount.$Properties=} [properties] Properties to set
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */
            const FacetCount = function (properties) {
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            /**
             * FacetCount facet.
             * @member {string} facet
             * @memberof banyan.v1.FacetCount
             * @instance
             */
            FacetCount.prototype.facet = "";

            /**
             * FacetCount value.
             * @member {string} value
             * @memberof banyan.v1.FacetCount
             * @instance
             */
            FacetCount.prototype.value = "";

            /**
             * FacetCount count.
             * @member {number} count
             * @memberof banyan.v1.FacetCount
             * @instance
             */
            FacetCount.prototype.count = $util.Long ? $util.Long.fromBits(0,0,true) : 0;

            /**
             * Creates a new FacetCount instance using the specified properties.
             * @function create
             * @memberof banyan.v1.FacetCount
             * @static
             * @param {banyan.v1.FacetCount.$Properties=} [properties] Properties to set
             * @returns {banyan.v1.FacetCount} FacetCount instance
             * @type {{
             *   (properties: banyan.v1.FacetCount.$Shape): banyan.v1.FacetCount & banyan.v1.FacetCount.$Shape;
             *   (properties?: banyan.v1.FacetCount.$Properties): banyan.v1.FacetCount;
             * }}
             */
            FacetCount.create = function(properties) {
                return new FacetCount(properties);
            };

            /**
             * Encodes the specified FacetCount message. Does not implicitly {@link banyan.v1.FacetCount.verify|verify} messages.
             * @function encode
             * @memberof banyan.v1.FacetCount
             * @static
             * @param {banyan.v1.FacetCount.$Properties} message FacetCount message or plain object to encode
             * @param {$protobuf.Writer} [writer] Writer to encode to
             * @returns {$protobuf.Writer} Writer
             */
            FacetCount.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.facet != null && $Object.hasOwnProperty.call(message, "facet") && message.facet !== "")
                    writer.uint32(/* id 1, wireType 2 =*/10).string(message.facet);
                if (message.value != null && $Object.hasOwnProperty.call(message, "value") && message.value !== "")
                    writer.uint32(/* id 2, wireType 2 =*/18).string(message.value);
                if (message.count != null && $Object.hasOwnProperty.call(message, "count") && (typeof message.count === "object" ? message.count.low || message.count.high : message.count !== 0))
                    writer.uint32(/* id 3, wireType 0 =*/24).uint64(message.count);
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (let i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            /**
             * Decodes a FacetCount message from the specified reader or buffer.
             * @function decode
             * @memberof banyan.v1.FacetCount
             * @static
             * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
             * @param {number} [length] Message length if known beforehand
             * @returns {banyan.v1.FacetCount & banyan.v1.FacetCount.$Shape} FacetCount
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            FacetCount.decode = function (reader, length, _end, _depth, _target) {
                if (!(reader instanceof $Reader))
                    reader = $Reader.create(reader);
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $Reader.recursionLimit)
                    throw $Error("max depth exceeded");
                let end, message, value;
                if (length === $undefined)
                    end = reader.len;
                else {
                    end = reader.pos + length;
                    if (end > reader.len)
                        throw $RangeError("index out of range");
                    length = reader.len;
                    reader.len = end;
                }
                message = _target || new $root.banyan.v1.FacetCount();
                while (reader.pos < end) {
                    let start = reader.pos;
                    let tag = reader.tag();
                    if (tag === _end) {
                        _end = $undefined;
                        break;
                    }
                    let wireType = tag & 7;
                    switch (tag >>>= 3) {
                    case 1: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.facet = value;
                            else
                                delete message.facet;
                            continue;
                        }
                    case 2: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.value = value;
                            else
                                delete message.value;
                            continue;
                        }
                    case 3: {
                            if (wireType !== 0)
                                break;
                            if (typeof (value = reader.uint64()) === "object" ? value.low || value.high : value !== 0)
                                message.count = value;
                            else
                                delete message.count;
                            continue;
                        }
                    }
                    reader.skipType(wireType, _depth, tag);
                    if (!reader.discardUnknown) {
                        $util.makeProp(message, "$unknowns", false);
                        (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                    }
                }
                if (length !== $undefined) {
                    if (reader.pos !== end)
                        throw $RangeError("index out of range");
                    reader.len = length;
                }
                if (_end !== $undefined)
                    throw $Error("missing end group");
                return message;
            };

            /**
             * Verifies a FacetCount message.
             * @function verify
             * @memberof banyan.v1.FacetCount
             * @static
             * @param {Object.<string,*>} message Plain object to verify
             * @returns {string|null} `null` if valid, otherwise the reason why it is not
             */
            FacetCount.verify = function (message, _depth) {
                if (typeof message !== "object" || message === null)
                    return "object expected";
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    return "max depth exceeded";
                if (message.facet != null && $Object.hasOwnProperty.call(message, "facet"))
                    if (!$util.isString(message.facet))
                        return "facet: string expected";
                if (message.value != null && $Object.hasOwnProperty.call(message, "value"))
                    if (!$util.isString(message.value))
                        return "value: string expected";
                if (message.count != null && $Object.hasOwnProperty.call(message, "count"))
                    if (!$util.isInteger(message.count) && !(message.count && $util.isInteger(message.count.low) && $util.isInteger(message.count.high)))
                        return "count: integer|Long expected";
                return null;
            };

            return FacetCount;
        })();

        v1.Suggest = (function() {

            /**
             * Properties of a Suggest.
             * @typedef {Object} banyan.v1.Suggest.$Properties
             * @property {string|null} [query] Suggest query
             * @property {number|null} [limit] Suggest limit
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */

            /**
             * Properties of a Suggest.
             * @memberof banyan.v1
             * @interface ISuggest
             * @augments banyan.v1.Suggest.$Properties
             * @deprecated Use banyan.v1.Suggest.$Properties instead.
             */

            /**
             * Shape of a Suggest.
             * @typedef {banyan.v1.Suggest.$Properties} banyan.v1.Suggest.$Shape
             */

            /**
             * Constructs a new Suggest.
             * @memberof banyan.v1
             * @classdesc Represents a Suggest.
             * @constructor
             * @param {banyan.v1.Suggest.$Properties=} [properties] Properties to set
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */
            const Suggest = function (properties) {
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            /**
             * Suggest query.
             * @member {string} query
             * @memberof banyan.v1.Suggest
             * @instance
             */
            Suggest.prototype.query = "";

            /**
             * Suggest limit.
             * @member {number} limit
             * @memberof banyan.v1.Suggest
             * @instance
             */
            Suggest.prototype.limit = 0;

            /**
             * Creates a new Suggest instance using the specified properties.
             * @function create
             * @memberof banyan.v1.Suggest
             * @static
             * @param {banyan.v1.Suggest.$Properties=} [properties] Properties to set
             * @returns {banyan.v1.Suggest} Suggest instance
             * @type {{
             *   (properties: banyan.v1.Suggest.$Shape): banyan.v1.Suggest & banyan.v1.Suggest.$Shape;
             *   (properties?: banyan.v1.Suggest.$Properties): banyan.v1.Suggest;
             * }}
             */
            Suggest.create = function(properties) {
                return new Suggest(properties);
            };

            /**
             * Encodes the specified Suggest message. Does not implicitly {@link banyan.v1.Suggest.verify|verify} messages.
             * @function encode
             * @memberof banyan.v1.Suggest
             * @static
             * @param {banyan.v1.Suggest.$Properties} message Suggest message or plain object to encode
             * @param {$protobuf.Writer} [writer] Writer to encode to
             * @returns {$protobuf.Writer} Writer
             */
            Suggest.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.query != null && $Object.hasOwnProperty.call(message, "query") && message.query !== "")
                    writer.uint32(/* id 1, wireType 2 =*/10).string(message.query);
                if (message.limit != null && $Object.hasOwnProperty.call(message, "limit") && message.limit !== 0)
                    writer.uint32(/* id 2, wireType 0 =*/16).uint32(message.limit);
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (let i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            /**
             * Decodes a Suggest message from the specified reader or buffer.
             * @function decode
             * @memberof banyan.v1.Suggest
             * @static
             * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
             * @param {number} [length] Message length if known beforehand
             * @returns {banyan.v1.Suggest & banyan.v1.Suggest.$Shape} Suggest
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            Suggest.decode = function (reader, length, _end, _depth, _target) {
                if (!(reader instanceof $Reader))
                    reader = $Reader.create(reader);
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $Reader.recursionLimit)
                    throw $Error("max depth exceeded");
                let end, message, value;
                if (length === $undefined)
                    end = reader.len;
                else {
                    end = reader.pos + length;
                    if (end > reader.len)
                        throw $RangeError("index out of range");
                    length = reader.len;
                    reader.len = end;
                }
                message = _target || new $root.banyan.v1.Suggest();
                while (reader.pos < end) {
                    let start = reader.pos;
                    let tag = reader.tag();
                    if (tag === _end) {
                        _end = $undefined;
                        break;
                    }
                    let wireType = tag & 7;
                    switch (tag >>>= 3) {
                    case 1: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.query = value;
                            else
                                delete message.query;
                            continue;
                        }
                    case 2: {
                            if (wireType !== 0)
                                break;
                            if (value = reader.uint32())
                                message.limit = value;
                            else
                                delete message.limit;
                            continue;
                        }
                    }
                    reader.skipType(wireType, _depth, tag);
                    if (!reader.discardUnknown) {
                        $util.makeProp(message, "$unknowns", false);
                        (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                    }
                }
                if (length !== $undefined) {
                    if (reader.pos !== end)
                        throw $RangeError("index out of range");
                    reader.len = length;
                }
                if (_end !== $undefined)
                    throw $Error("missing end group");
                return message;
            };

            /**
             * Verifies a Suggest message.
             * @function verify
             * @memberof banyan.v1.Suggest
             * @static
             * @param {Object.<string,*>} message Plain object to verify
             * @returns {string|null} `null` if valid, otherwise the reason why it is not
             */
            Suggest.verify = function (message, _depth) {
                if (typeof message !== "object" || message === null)
                    return "object expected";
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    return "max depth exceeded";
                if (message.query != null && $Object.hasOwnProperty.call(message, "query"))
                    if (!$util.isString(message.query))
                        return "query: string expected";
                if (message.limit != null && $Object.hasOwnProperty.call(message, "limit"))
                    if (!$util.isInteger(message.limit))
                        return "limit: integer expected";
                return null;
            };

            return Suggest;
        })();

        v1.Suggestions = (function() {

            /**
             * Properties of a Suggestions.
             * @typedef {Object} banyan.v1.Suggestions.$Properties
             * @property {Array.<banyan.v1.Suggestion.$Properties>|null} [suggestions] Suggestions suggestions
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */

            /**
             * Properties of a Suggestions.
             * @memberof banyan.v1
             * @interface ISuggestions
             * @augments banyan.v1.Suggestions.$Properties
             * @deprecated Use banyan.v1.Suggestions.$Properties instead.
             */

            /**
             * Shape of a Suggestions.
             * @typedef {banyan.v1.Suggestions.$Properties} banyan.v1.Suggestions.$Shape
             */

            /**
             * Constructs a new Suggestions.
             * @memberof banyan.v1
             * @classdesc Represents a Suggestions.
             * @constructor
             * @param {banyan.v1.Suggestions.$Properties=} [properties] Properties to set
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */
            const Suggestions = function (properties) {
                this.suggestions = [];
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            /**
             * Suggestions suggestions.
             * @member {Array.<banyan.v1.Suggestion.$Properties>} suggestions
             * @memberof banyan.v1.Suggestions
             * @instance
             */
            Suggestions.prototype.suggestions = $util.emptyArray;

            /**
             * Creates a new Suggestions instance using the specified properties.
             * @function create
             * @memberof banyan.v1.Suggestions
             * @static
             * @param {banyan.v1.Suggestions.$Properties=} [properties] Properties to set
             * @returns {banyan.v1.Suggestions} Suggestions instance
             * @type {{
             *   (properties: banyan.v1.Suggestions.$Shape): banyan.v1.Suggestions & banyan.v1.Suggestions.$Shape;
             *   (properties?: banyan.v1.Suggestions.$Properties): banyan.v1.Suggestions;
             * }}
             */
            Suggestions.create = function(properties) {
                return new Suggestions(properties);
            };

            /**
             * Encodes the specified Suggestions message. Does not implicitly {@link banyan.v1.Suggestions.verify|verify} messages.
             * @function encode
             * @memberof banyan.v1.Suggestions
             * @static
             * @param {banyan.v1.Suggestions.$Properties} message Suggestions message or plain object to encode
             * @param {$protobuf.Writer} [writer] Writer to encode to
             * @returns {$protobuf.Writer} Writer
             */
            Suggestions.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.suggestions != null && message.suggestions.length)
                    for (let i = 0; i < message.suggestions.length; ++i)
                        $root.banyan.v1.Suggestion.encode(message.suggestions[i], writer.uint32(/* id 1, wireType 2 =*/10).fork(), _depth + 1).ldelim();
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (let i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            /**
             * Decodes a Suggestions message from the specified reader or buffer.
             * @function decode
             * @memberof banyan.v1.Suggestions
             * @static
             * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
             * @param {number} [length] Message length if known beforehand
             * @returns {banyan.v1.Suggestions & banyan.v1.Suggestions.$Shape} Suggestions
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            Suggestions.decode = function (reader, length, _end, _depth, _target) {
                if (!(reader instanceof $Reader))
                    reader = $Reader.create(reader);
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $Reader.recursionLimit)
                    throw $Error("max depth exceeded");
                let end, message;
                if (length === $undefined)
                    end = reader.len;
                else {
                    end = reader.pos + length;
                    if (end > reader.len)
                        throw $RangeError("index out of range");
                    length = reader.len;
                    reader.len = end;
                }
                message = _target || new $root.banyan.v1.Suggestions();
                while (reader.pos < end) {
                    let start = reader.pos;
                    let tag = reader.tag();
                    if (tag === _end) {
                        _end = $undefined;
                        break;
                    }
                    let wireType = tag & 7;
                    switch (tag >>>= 3) {
                    case 1: {
                            if (wireType !== 2)
                                break;
                            if (!(message.suggestions && message.suggestions.length))
                                message.suggestions = [];
                            message.suggestions.push($root.banyan.v1.Suggestion.decode(reader, reader.size(), $undefined, _depth + 1));
                            continue;
                        }
                    }
                    reader.skipType(wireType, _depth, tag);
                    if (!reader.discardUnknown) {
                        $util.makeProp(message, "$unknowns", false);
                        (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                    }
                }
                if (length !== $undefined) {
                    if (reader.pos !== end)
                        throw $RangeError("index out of range");
                    reader.len = length;
                }
                if (_end !== $undefined)
                    throw $Error("missing end group");
                return message;
            };

            /**
             * Verifies a Suggestions message.
             * @function verify
             * @memberof banyan.v1.Suggestions
             * @static
             * @param {Object.<string,*>} message Plain object to verify
             * @returns {string|null} `null` if valid, otherwise the reason why it is not
             */
            Suggestions.verify = function (message, _depth) {
                if (typeof message !== "object" || message === null)
                    return "object expected";
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    return "max depth exceeded";
                if (message.suggestions != null && $Object.hasOwnProperty.call(message, "suggestions")) {
                    if (!$Array.isArray(message.suggestions))
                        return "suggestions: array expected";
                    for (let i = 0; i < message.suggestions.length; ++i) {
                        let error = $root.banyan.v1.Suggestion.verify(message.suggestions[i], _depth + 1);
                        if (error)
                            return "suggestions." + error;
                    }
                }
                return null;
            };

            return Suggestions;
        })();

        v1.Suggestion = (function() {

            /**
             * Properties of a Suggestion.
             * @typedef {Object} banyan.v1.Suggestion.$Properties
             * @property {string|null} [query] Suggestion query
             * @property {number|null} [hits] Suggestion hits
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */

            /**
             * Properties of a Suggestion.
             * @memberof banyan.v1
             * @interface ISuggestion
             * @augments banyan.v1.Suggestion.$Properties
             * @deprecated Use banyan.v1.Suggestion.$Properties instead.
             */

            /**
             * Shape of a Suggestion.
             * @typedef {banyan.v1.Suggestion.$Properties} banyan.v1.Suggestion.$Shape
             */

            /**
             * Constructs a new Suggestion.
             * @memberof banyan.v1
             * @classdesc Represents a Suggestion.
             * @constructor
             * @param {banyan.v1.Suggestion.$Properties=} [properties] Properties to set
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */
            const Suggestion = function (properties) {
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            /**
             * Suggestion query.
             * @member {string} query
             * @memberof banyan.v1.Suggestion
             * @instance
             */
            Suggestion.prototype.query = "";

            /**
             * Suggestion hits.
             * @member {number} hits
             * @memberof banyan.v1.Suggestion
             * @instance
             */
            Suggestion.prototype.hits = $util.Long ? $util.Long.fromBits(0,0,true) : 0;

            /**
             * Creates a new Suggestion instance using the specified properties.
             * @function create
             * @memberof banyan.v1.Suggestion
             * @static
             * @param {banyan.v1.Suggestion.$Properties=} [properties] Properties to set
             * @returns {banyan.v1.Suggestion} Suggestion instance
             * @type {{
             *   (properties: banyan.v1.Suggestion.$Shape): banyan.v1.Suggestion & banyan.v1.Suggestion.$Shape;
             *   (properties?: banyan.v1.Suggestion.$Properties): banyan.v1.Suggestion;
             * }}
             */
            Suggestion.create = function(properties) {
                return new Suggestion(properties);
            };

            /**
             * Encodes the specified Suggestion message. Does not implicitly {@link banyan.v1.Suggestion.verify|verify} messages.
             * @function encode
             * @memberof banyan.v1.Suggestion
             * @static
             * @param {banyan.v1.Suggestion.$Properties} message Suggestion message or plain object to encode
             * @param {$protobuf.Writer} [writer] Writer to encode to
             * @returns {$protobuf.Writer} Writer
             */
            Suggestion.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.query != null && $Object.hasOwnProperty.call(message, "query") && message.query !== "")
                    writer.uint32(/* id 1, wireType 2 =*/10).string(message.query);
                if (message.hits != null && $Object.hasOwnProperty.call(message, "hits") && (typeof message.hits === "object" ? message.hits.low || message.hits.high : message.hits !== 0))
                    writer.uint32(/* id 2, wireType 0 =*/16).uint64(message.hits);
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (let i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            /**
             * Decodes a Suggestion message from the specified reader or buffer.
             * @function decode
             * @memberof banyan.v1.Suggestion
             * @static
             * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
             * @param {number} [length] Message length if known beforehand
             * @returns {banyan.v1.Suggestion & banyan.v1.Suggestion.$Shape} Suggestion
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            Suggestion.decode = function (reader, length, _end, _depth, _target) {
                if (!(reader instanceof $Reader))
                    reader = $Reader.create(reader);
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $Reader.recursionLimit)
                    throw $Error("max depth exceeded");
                let end, message, value;
                if (length === $undefined)
                    end = reader.len;
                else {
                    end = reader.pos + length;
                    if (end > reader.len)
                        throw $RangeError("index out of range");
                    length = reader.len;
                    reader.len = end;
                }
                message = _target || new $root.banyan.v1.Suggestion();
                while (reader.pos < end) {
                    let start = reader.pos;
                    let tag = reader.tag();
                    if (tag === _end) {
                        _end = $undefined;
                        break;
                    }
                    let wireType = tag & 7;
                    switch (tag >>>= 3) {
                    case 1: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.query = value;
                            else
                                delete message.query;
                            continue;
                        }
                    case 2: {
                            if (wireType !== 0)
                                break;
                            if (typeof (value = reader.uint64()) === "object" ? value.low || value.high : value !== 0)
                                message.hits = value;
                            else
                                delete message.hits;
                            continue;
                        }
                    }
                    reader.skipType(wireType, _depth, tag);
                    if (!reader.discardUnknown) {
                        $util.makeProp(message, "$unknowns", false);
                        (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                    }
                }
                if (length !== $undefined) {
                    if (reader.pos !== end)
                        throw $RangeError("index out of range");
                    reader.len = length;
                }
                if (_end !== $undefined)
                    throw $Error("missing end group");
                return message;
            };

            /**
             * Verifies a Suggestion message.
             * @function verify
             * @memberof banyan.v1.Suggestion
             * @static
             * @param {Object.<string,*>} message Plain object to verify
             * @returns {string|null} `null` if valid, otherwise the reason why it is not
             */
            Suggestion.verify = function (message, _depth) {
                if (typeof message !== "object" || message === null)
                    return "object expected";
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    return "max depth exceeded";
                if (message.query != null && $Object.hasOwnProperty.call(message, "query"))
                    if (!$util.isString(message.query))
                        return "query: string expected";
                if (message.hits != null && $Object.hasOwnProperty.call(message, "hits"))
                    if (!$util.isInteger(message.hits) && !(message.hits && $util.isInteger(message.hits.low) && $util.isInteger(message.hits.high)))
                        return "hits: integer|Long expected";
                return null;
            };

            return Suggestion;
        })();

        v1.FindSources = (function() {

            /**
             * Properties of a FindSources.
             * @typedef {Object} banyan.v1.FindSources.$Properties
             * @property {Uint8Array|null} [root] FindSources root
             * @property {number|null} [length] FindSources length
             * @property {number|null} [limit] FindSources limit
             * @property {number|null} [hops] FindSources hops
             * @property {Uint8Array|null} [queryId] FindSources queryId
             * @property {number|null} [timeoutMs] FindSources timeoutMs
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */

            /**
             * Properties of a FindSources.
             * @memberof banyan.v1
             * @interface IFindSources
             * @augments banyan.v1.FindSources.$Properties
             * @deprecated Use banyan.v1.FindSources.$Properties instead.
             */

            /**
             * Shape of a FindSources.
             * @typedef {banyan.v1.FindSources.$Properties} banyan.v1.FindSources.$Shape
             */

            /**
             * Constructs a new FindSources.
             * @memberof banyan.v1
             * @classdesc Represents a FindSources.
             * @constructor
             * @param {banyan.v1.FindSources.$Properties=} [properties] Properties to set
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */
            const FindSources = function (properties) {
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            /**
             * FindSources root.
             * @member {Uint8Array} root
             * @memberof banyan.v1.FindSources
             * @instance
             */
            FindSources.prototype.root = $util.newBuffer([]);

            /**
             * FindSources length.
             * @member {number} length
             * @memberof banyan.v1.FindSources
             * @instance
             */
            FindSources.prototype.length = $util.Long ? $util.Long.fromBits(0,0,true) : 0;

            /**
             * FindSources limit.
             * @member {number} limit
             * @memberof banyan.v1.FindSources
             * @instance
             */
            FindSources.prototype.limit = 0;

            /**
             * FindSources hops.
             * @member {number} hops
             * @memberof banyan.v1.FindSources
             * @instance
             */
            FindSources.prototype.hops = 0;

            /**
             * FindSources queryId.
             * @member {Uint8Array} queryId
             * @memberof banyan.v1.FindSources
             * @instance
             */
            FindSources.prototype.queryId = $util.newBuffer([]);

            /**
             * FindSources timeoutMs.
             * @member {number} timeoutMs
             * @memberof banyan.v1.FindSources
             * @instance
             */
            FindSources.prototype.timeoutMs = 0;

            /**
             * Creates a new FindSources instance using the specified properties.
             * @function create
             * @memberof banyan.v1.FindSources
             * @static
             * @param {banyan.v1.FindSources.$Properties=} [properties] Properties to set
             * @returns {banyan.v1.FindSources} FindSources instance
             * @type {{
             *   (properties: banyan.v1.FindSources.$Shape): banyan.v1.FindSources & banyan.v1.FindSources.$Shape;
             *   (properties?: banyan.v1.FindSources.$Properties): banyan.v1.FindSources;
             * }}
             */
            FindSources.create = function(properties) {
                return new FindSources(properties);
            };

            /**
             * Encodes the specified FindSources message. Does not implicitly {@link banyan.v1.FindSources.verify|verify} messages.
             * @function encode
             * @memberof banyan.v1.FindSources
             * @static
             * @param {banyan.v1.FindSources.$Properties} message FindSources message or plain object to encode
             * @param {$protobuf.Writer} [writer] Writer to encode to
             * @returns {$protobuf.Writer} Writer
             */
            FindSources.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.root != null && $Object.hasOwnProperty.call(message, "root") && message.root.length)
                    writer.uint32(/* id 1, wireType 2 =*/10).bytes(message.root);
                if (message.length != null && $Object.hasOwnProperty.call(message, "length") && (typeof message.length === "object" ? message.length.low || message.length.high : message.length !== 0))
                    writer.uint32(/* id 2, wireType 0 =*/16).uint64(message.length);
                if (message.limit != null && $Object.hasOwnProperty.call(message, "limit") && message.limit !== 0)
                    writer.uint32(/* id 3, wireType 0 =*/24).uint32(message.limit);
                if (message.hops != null && $Object.hasOwnProperty.call(message, "hops") && message.hops !== 0)
                    writer.uint32(/* id 4, wireType 0 =*/32).uint32(message.hops);
                if (message.queryId != null && $Object.hasOwnProperty.call(message, "queryId") && message.queryId.length)
                    writer.uint32(/* id 5, wireType 2 =*/42).bytes(message.queryId);
                if (message.timeoutMs != null && $Object.hasOwnProperty.call(message, "timeoutMs") && message.timeoutMs !== 0)
                    writer.uint32(/* id 6, wireType 0 =*/48).uint32(message.timeoutMs);
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (let i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            /**
             * Decodes a FindSources message from the specified reader or buffer.
             * @function decode
             * @memberof banyan.v1.FindSources
             * @static
             * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
             * @param {number} [length] Message length if known beforehand
             * @returns {banyan.v1.FindSources & banyan.v1.FindSources.$Shape} FindSources
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            FindSources.decode = function (reader, length, _end, _depth, _target) {
                if (!(reader instanceof $Reader))
                    reader = $Reader.create(reader);
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $Reader.recursionLimit)
                    throw $Error("max depth exceeded");
                let end, message, value;
                if (length === $undefined)
                    end = reader.len;
                else {
                    end = reader.pos + length;
                    if (end > reader.len)
                        throw $RangeError("index out of range");
                    length = reader.len;
                    reader.len = end;
                }
                message = _target || new $root.banyan.v1.FindSources();
                while (reader.pos < end) {
                    let start = reader.pos;
                    let tag = reader.tag();
                    if (tag === _end) {
                        _end = $undefined;
                        break;
                    }
                    let wireType = tag & 7;
                    switch (tag >>>= 3) {
                    case 1: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.bytes()).length)
                                message.root = value;
                            else
                                delete message.root;
                            continue;
                        }
                    case 2: {
                            if (wireType !== 0)
                                break;
                            if (typeof (value = reader.uint64()) === "object" ? value.low || value.high : value !== 0)
                                message.length = value;
                            else
                                delete message.length;
                            continue;
                        }
                    case 3: {
                            if (wireType !== 0)
                                break;
                            if (value = reader.uint32())
                                message.limit = value;
                            else
                                delete message.limit;
                            continue;
                        }
                    case 4: {
                            if (wireType !== 0)
                                break;
                            if (value = reader.uint32())
                                message.hops = value;
                            else
                                delete message.hops;
                            continue;
                        }
                    case 5: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.bytes()).length)
                                message.queryId = value;
                            else
                                delete message.queryId;
                            continue;
                        }
                    case 6: {
                            if (wireType !== 0)
                                break;
                            if (value = reader.uint32())
                                message.timeoutMs = value;
                            else
                                delete message.timeoutMs;
                            continue;
                        }
                    }
                    reader.skipType(wireType, _depth, tag);
                    if (!reader.discardUnknown) {
                        $util.makeProp(message, "$unknowns", false);
                        (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                    }
                }
                if (length !== $undefined) {
                    if (reader.pos !== end)
                        throw $RangeError("index out of range");
                    reader.len = length;
                }
                if (_end !== $undefined)
                    throw $Error("missing end group");
                return message;
            };

            /**
             * Verifies a FindSources message.
             * @function verify
             * @memberof banyan.v1.FindSources
             * @static
             * @param {Object.<string,*>} message Plain object to verify
             * @returns {string|null} `null` if valid, otherwise the reason why it is not
             */
            FindSources.verify = function (message, _depth) {
                if (typeof message !== "object" || message === null)
                    return "object expected";
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    return "max depth exceeded";
                if (message.root != null && $Object.hasOwnProperty.call(message, "root"))
                    if (!(message.root && typeof message.root.length === "number" || $util.isString(message.root)))
                        return "root: buffer expected";
                if (message.length != null && $Object.hasOwnProperty.call(message, "length"))
                    if (!$util.isInteger(message.length) && !(message.length && $util.isInteger(message.length.low) && $util.isInteger(message.length.high)))
                        return "length: integer|Long expected";
                if (message.limit != null && $Object.hasOwnProperty.call(message, "limit"))
                    if (!$util.isInteger(message.limit))
                        return "limit: integer expected";
                if (message.hops != null && $Object.hasOwnProperty.call(message, "hops"))
                    if (!$util.isInteger(message.hops))
                        return "hops: integer expected";
                if (message.queryId != null && $Object.hasOwnProperty.call(message, "queryId"))
                    if (!(message.queryId && typeof message.queryId.length === "number" || $util.isString(message.queryId)))
                        return "queryId: buffer expected";
                if (message.timeoutMs != null && $Object.hasOwnProperty.call(message, "timeoutMs"))
                    if (!$util.isInteger(message.timeoutMs))
                        return "timeoutMs: integer expected";
                return null;
            };

            return FindSources;
        })();

        v1.Sources = (function() {

            /**
             * Properties of a Sources.
             * @typedef {Object} banyan.v1.Sources.$Properties
             * @property {Array.<banyan.v1.Source.$Properties>|null} [sources] Sources sources
             * @property {boolean|null} [done] Sources done
             * @property {number|null} [asked] Sources asked
             * @property {number|null} [answered] Sources answered
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */

            /**
             * Properties of a Sources.
             * @memberof banyan.v1
             * @interface ISources
             * @augments banyan.v1.Sources.$Properties
             * @deprecated Use banyan.v1.Sources.$Properties instead.
             */

            /**
             * Shape of a Sources.
             * @typedef {banyan.v1.Sources.$Properties} banyan.v1.Sources.$Shape
             */

            /**
             * Constructs a new Sources.
             * @memberof banyan.v1
             * @classdesc Represents a Sources.
             * @constructor
             * @param {banyan.v1.Sources.$Properties=} [properties] Properties to set
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */
            const Sources = function (properties) {
                this.sources = [];
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            /**
             * Sources sources.
             * @member {Array.<banyan.v1.Source.$Properties>} sources
             * @memberof banyan.v1.Sources
             * @instance
             */
            Sources.prototype.sources = $util.emptyArray;

            /**
             * Sources done.
             * @member {boolean} done
             * @memberof banyan.v1.Sources
             * @instance
             */
            Sources.prototype.done = false;

            /**
             * Sources asked.
             * @member {number} asked
             * @memberof banyan.v1.Sources
             * @instance
             */
            Sources.prototype.asked = 0;

            /**
             * Sources answered.
             * @member {number} answered
             * @memberof banyan.v1.Sources
             * @instance
             */
            Sources.prototype.answered = 0;

            /**
             * Creates a new Sources instance using the specified properties.
             * @function create
             * @memberof banyan.v1.Sources
             * @static
             * @param {banyan.v1.Sources.$Properties=} [properties] Properties to set
             * @returns {banyan.v1.Sources} Sources instance
             * @type {{
             *   (properties: banyan.v1.Sources.$Shape): banyan.v1.Sources & banyan.v1.Sources.$Shape;
             *   (properties?: banyan.v1.Sources.$Properties): banyan.v1.Sources;
             * }}
             */
            Sources.create = function(properties) {
                return new Sources(properties);
            };

            /**
             * Encodes the specified Sources message. Does not implicitly {@link banyan.v1.Sources.verify|verify} messages.
             * @function encode
             * @memberof banyan.v1.Sources
             * @static
             * @param {banyan.v1.Sources.$Properties} message Sources message or plain object to encode
             * @param {$protobuf.Writer} [writer] Writer to encode to
             * @returns {$protobuf.Writer} Writer
             */
            Sources.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.sources != null && message.sources.length)
                    for (let i = 0; i < message.sources.length; ++i)
                        $root.banyan.v1.Source.encode(message.sources[i], writer.uint32(/* id 1, wireType 2 =*/10).fork(), _depth + 1).ldelim();
                if (message.done != null && $Object.hasOwnProperty.call(message, "done") && message.done !== false)
                    writer.uint32(/* id 2, wireType 0 =*/16).bool(message.done);
                if (message.asked != null && $Object.hasOwnProperty.call(message, "asked") && message.asked !== 0)
                    writer.uint32(/* id 3, wireType 0 =*/24).uint32(message.asked);
                if (message.answered != null && $Object.hasOwnProperty.call(message, "answered") && message.answered !== 0)
                    writer.uint32(/* id 4, wireType 0 =*/32).uint32(message.answered);
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (let i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            /**
             * Decodes a Sources message from the specified reader or buffer.
             * @function decode
             * @memberof banyan.v1.Sources
             * @static
             * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
             * @param {number} [length] Message length if known beforehand
             * @returns {banyan.v1.Sources & banyan.v1.Sources.$Shape} Sources
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            Sources.decode = function (reader, length, _end, _depth, _target) {
                if (!(reader instanceof $Reader))
                    reader = $Reader.create(reader);
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $Reader.recursionLimit)
                    throw $Error("max depth exceeded");
                let end, message, value;
                if (length === $undefined)
                    end = reader.len;
                else {
                    end = reader.pos + length;
                    if (end > reader.len)
                        throw $RangeError("index out of range");
                    length = reader.len;
                    reader.len = end;
                }
                message = _target || new $root.banyan.v1.Sources();
                while (reader.pos < end) {
                    let start = reader.pos;
                    let tag = reader.tag();
                    if (tag === _end) {
                        _end = $undefined;
                        break;
                    }
                    let wireType = tag & 7;
                    switch (tag >>>= 3) {
                    case 1: {
                            if (wireType !== 2)
                                break;
                            if (!(message.sources && message.sources.length))
                                message.sources = [];
                            message.sources.push($root.banyan.v1.Source.decode(reader, reader.size(), $undefined, _depth + 1));
                            continue;
                        }
                    case 2: {
                            if (wireType !== 0)
                                break;
                            if (value = reader.bool())
                                message.done = value;
                            else
                                delete message.done;
                            continue;
                        }
                    case 3: {
                            if (wireType !== 0)
                                break;
                            if (value = reader.uint32())
                                message.asked = value;
                            else
                                delete message.asked;
                            continue;
                        }
                    case 4: {
                            if (wireType !== 0)
                                break;
                            if (value = reader.uint32())
                                message.answered = value;
                            else
                                delete message.answered;
                            continue;
                        }
                    }
                    reader.skipType(wireType, _depth, tag);
                    if (!reader.discardUnknown) {
                        $util.makeProp(message, "$unknowns", false);
                        (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                    }
                }
                if (length !== $undefined) {
                    if (reader.pos !== end)
                        throw $RangeError("index out of range");
                    reader.len = length;
                }
                if (_end !== $undefined)
                    throw $Error("missing end group");
                return message;
            };

            /**
             * Verifies a Sources message.
             * @function verify
             * @memberof banyan.v1.Sources
             * @static
             * @param {Object.<string,*>} message Plain object to verify
             * @returns {string|null} `null` if valid, otherwise the reason why it is not
             */
            Sources.verify = function (message, _depth) {
                if (typeof message !== "object" || message === null)
                    return "object expected";
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    return "max depth exceeded";
                if (message.sources != null && $Object.hasOwnProperty.call(message, "sources")) {
                    if (!$Array.isArray(message.sources))
                        return "sources: array expected";
                    for (let i = 0; i < message.sources.length; ++i) {
                        let error = $root.banyan.v1.Source.verify(message.sources[i], _depth + 1);
                        if (error)
                            return "sources." + error;
                    }
                }
                if (message.done != null && $Object.hasOwnProperty.call(message, "done"))
                    if (typeof message.done !== "boolean")
                        return "done: boolean expected";
                if (message.asked != null && $Object.hasOwnProperty.call(message, "asked"))
                    if (!$util.isInteger(message.asked))
                        return "asked: integer expected";
                if (message.answered != null && $Object.hasOwnProperty.call(message, "answered"))
                    if (!$util.isInteger(message.answered))
                        return "answered: integer expected";
                return null;
            };

            return Sources;
        })();

        v1.Source = (function() {

            /**
             * Properties of a Source.
             * @typedef {Object} banyan.v1.Source.$Properties
             * @property {string|null} [deviceId] Source deviceId
             * @property {Array.<banyan.v1.Address.$Properties>|null} [addresses] Source addresses
             * @property {boolean|null} [partial] Source partial
             * @property {string|null} [account] Source account
             * @property {banyan.v1.UploadOffer.$Properties|null} [offer] Source offer
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */

            /**
             * Properties of a Source.
             * @memberof banyan.v1
             * @interface ISource
             * @augments banyan.v1.Source.$Properties
             * @deprecated Use banyan.v1.Source.$Properties instead.
             */

            /**
             * Shape of a Source.
             * @typedef {banyan.v1.Source.$Properties} banyan.v1.Source.$Shape
             */

            /**
             * Constructs a new Source.
             * @memberof banyan.v1
             * @classdesc Represents a Source.
             * @constructor
             * @param {banyan.v1.Source.$Properties=} [properties] Properties to set
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */
            const Source = function (properties) {
                this.addresses = [];
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            /**
             * Source deviceId.
             * @member {string} deviceId
             * @memberof banyan.v1.Source
             * @instance
             */
            Source.prototype.deviceId = "";

            /**
             * Source addresses.
             * @member {Array.<banyan.v1.Address.$Properties>} addresses
             * @memberof banyan.v1.Source
             * @instance
             */
            Source.prototype.addresses = $util.emptyArray;

            /**
             * Source partial.
             * @member {boolean} partial
             * @memberof banyan.v1.Source
             * @instance
             */
            Source.prototype.partial = false;

            /**
             * Source account.
             * @member {string} account
             * @memberof banyan.v1.Source
             * @instance
             */
            Source.prototype.account = "";

            /**
             * Source offer.
             * @member {banyan.v1.UploadOffer.$Properties|null|undefined} offer
             * @memberof banyan.v1.Source
             * @instance
             */
            Source.prototype.offer = null;

            /**
             * Creates a new Source instance using the specified properties.
             * @function create
             * @memberof banyan.v1.Source
             * @static
             * @param {banyan.v1.Source.$Properties=} [properties] Properties to set
             * @returns {banyan.v1.Source} Source instance
             * @type {{
             *   (properties: banyan.v1.Source.$Shape): banyan.v1.Source & banyan.v1.Source.$Shape;
             *   (properties?: banyan.v1.Source.$Properties): banyan.v1.Source;
             * }}
             */
            Source.create = function(properties) {
                return new Source(properties);
            };

            /**
             * Encodes the specified Source message. Does not implicitly {@link banyan.v1.Source.verify|verify} messages.
             * @function encode
             * @memberof banyan.v1.Source
             * @static
             * @param {banyan.v1.Source.$Properties} message Source message or plain object to encode
             * @param {$protobuf.Writer} [writer] Writer to encode to
             * @returns {$protobuf.Writer} Writer
             */
            Source.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.deviceId != null && $Object.hasOwnProperty.call(message, "deviceId") && message.deviceId !== "")
                    writer.uint32(/* id 1, wireType 2 =*/10).string(message.deviceId);
                if (message.addresses != null && message.addresses.length)
                    for (let i = 0; i < message.addresses.length; ++i)
                        $root.banyan.v1.Address.encode(message.addresses[i], writer.uint32(/* id 2, wireType 2 =*/18).fork(), _depth + 1).ldelim();
                if (message.partial != null && $Object.hasOwnProperty.call(message, "partial") && message.partial !== false)
                    writer.uint32(/* id 3, wireType 0 =*/24).bool(message.partial);
                if (message.account != null && $Object.hasOwnProperty.call(message, "account") && message.account !== "")
                    writer.uint32(/* id 4, wireType 2 =*/34).string(message.account);
                if (message.offer != null && $Object.hasOwnProperty.call(message, "offer"))
                    $root.banyan.v1.UploadOffer.encode(message.offer, writer.uint32(/* id 5, wireType 2 =*/42).fork(), _depth + 1).ldelim();
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (let i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            /**
             * Decodes a Source message from the specified reader or buffer.
             * @function decode
             * @memberof banyan.v1.Source
             * @static
             * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
             * @param {number} [length] Message length if known beforehand
             * @returns {banyan.v1.Source & banyan.v1.Source.$Shape} Source
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            Source.decode = function (reader, length, _end, _depth, _target) {
                if (!(reader instanceof $Reader))
                    reader = $Reader.create(reader);
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $Reader.recursionLimit)
                    throw $Error("max depth exceeded");
                let end, message, value;
                if (length === $undefined)
                    end = reader.len;
                else {
                    end = reader.pos + length;
                    if (end > reader.len)
                        throw $RangeError("index out of range");
                    length = reader.len;
                    reader.len = end;
                }
                message = _target || new $root.banyan.v1.Source();
                while (reader.pos < end) {
                    let start = reader.pos;
                    let tag = reader.tag();
                    if (tag === _end) {
                        _end = $undefined;
                        break;
                    }
                    let wireType = tag & 7;
                    switch (tag >>>= 3) {
                    case 1: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.deviceId = value;
                            else
                                delete message.deviceId;
                            continue;
                        }
                    case 2: {
                            if (wireType !== 2)
                                break;
                            if (!(message.addresses && message.addresses.length))
                                message.addresses = [];
                            message.addresses.push($root.banyan.v1.Address.decode(reader, reader.size(), $undefined, _depth + 1));
                            continue;
                        }
                    case 3: {
                            if (wireType !== 0)
                                break;
                            if (value = reader.bool())
                                message.partial = value;
                            else
                                delete message.partial;
                            continue;
                        }
                    case 4: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.account = value;
                            else
                                delete message.account;
                            continue;
                        }
                    case 5: {
                            if (wireType !== 2)
                                break;
                            message.offer = $root.banyan.v1.UploadOffer.decode(reader, reader.size(), $undefined, _depth + 1, message.offer);
                            continue;
                        }
                    }
                    reader.skipType(wireType, _depth, tag);
                    if (!reader.discardUnknown) {
                        $util.makeProp(message, "$unknowns", false);
                        (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                    }
                }
                if (length !== $undefined) {
                    if (reader.pos !== end)
                        throw $RangeError("index out of range");
                    reader.len = length;
                }
                if (_end !== $undefined)
                    throw $Error("missing end group");
                return message;
            };

            /**
             * Verifies a Source message.
             * @function verify
             * @memberof banyan.v1.Source
             * @static
             * @param {Object.<string,*>} message Plain object to verify
             * @returns {string|null} `null` if valid, otherwise the reason why it is not
             */
            Source.verify = function (message, _depth) {
                if (typeof message !== "object" || message === null)
                    return "object expected";
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    return "max depth exceeded";
                if (message.deviceId != null && $Object.hasOwnProperty.call(message, "deviceId"))
                    if (!$util.isString(message.deviceId))
                        return "deviceId: string expected";
                if (message.addresses != null && $Object.hasOwnProperty.call(message, "addresses")) {
                    if (!$Array.isArray(message.addresses))
                        return "addresses: array expected";
                    for (let i = 0; i < message.addresses.length; ++i) {
                        let error = $root.banyan.v1.Address.verify(message.addresses[i], _depth + 1);
                        if (error)
                            return "addresses." + error;
                    }
                }
                if (message.partial != null && $Object.hasOwnProperty.call(message, "partial"))
                    if (typeof message.partial !== "boolean")
                        return "partial: boolean expected";
                if (message.account != null && $Object.hasOwnProperty.call(message, "account"))
                    if (!$util.isString(message.account))
                        return "account: string expected";
                if (message.offer != null && $Object.hasOwnProperty.call(message, "offer")) {
                    let error = $root.banyan.v1.UploadOffer.verify(message.offer, _depth + 1);
                    if (error)
                        return "offer." + error;
                }
                return null;
            };

            return Source;
        })();

        v1.Cancel = (function() {

            /**
             * Properties of a Cancel.
             * @typedef {Object} banyan.v1.Cancel.$Properties
             * @property {number|null} [targetRequestId] Cancel targetRequestId
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */

            /**
             * Properties of a Cancel.
             * @memberof banyan.v1
             * @interface ICancel
             * @augments banyan.v1.Cancel.$Properties
             * @deprecated Use banyan.v1.Cancel.$Properties instead.
             */

            /**
             * Shape of a Cancel.
             * @typedef {banyan.v1.Cancel.$Properties} banyan.v1.Cancel.$Shape
             */

            /**
             * Constructs a new Cancel.
             * @memberof banyan.v1
             * @classdesc Represents a Cancel.
             * @constructor
             * @param {banyan.v1.Cancel.$Properties=} [properties] Properties to set
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */
            const Cancel = function (properties) {
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            /**
             * Cancel targetRequestId.
             * @member {number} targetRequestId
             * @memberof banyan.v1.Cancel
             * @instance
             */
            Cancel.prototype.targetRequestId = 0;

            /**
             * Creates a new Cancel instance using the specified properties.
             * @function create
             * @memberof banyan.v1.Cancel
             * @static
             * @param {banyan.v1.Cancel.$Properties=} [properties] Properties to set
             * @returns {banyan.v1.Cancel} Cancel instance
             * @type {{
             *   (properties: banyan.v1.Cancel.$Shape): banyan.v1.Cancel & banyan.v1.Cancel.$Shape;
             *   (properties?: banyan.v1.Cancel.$Properties): banyan.v1.Cancel;
             * }}
             */
            Cancel.create = function(properties) {
                return new Cancel(properties);
            };

            /**
             * Encodes the specified Cancel message. Does not implicitly {@link banyan.v1.Cancel.verify|verify} messages.
             * @function encode
             * @memberof banyan.v1.Cancel
             * @static
             * @param {banyan.v1.Cancel.$Properties} message Cancel message or plain object to encode
             * @param {$protobuf.Writer} [writer] Writer to encode to
             * @returns {$protobuf.Writer} Writer
             */
            Cancel.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.targetRequestId != null && $Object.hasOwnProperty.call(message, "targetRequestId") && message.targetRequestId !== 0)
                    writer.uint32(/* id 1, wireType 0 =*/8).uint32(message.targetRequestId);
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (let i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            /**
             * Decodes a Cancel message from the specified reader or buffer.
             * @function decode
             * @memberof banyan.v1.Cancel
             * @static
             * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
             * @param {number} [length] Message length if known beforehand
             * @returns {banyan.v1.Cancel & banyan.v1.Cancel.$Shape} Cancel
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            Cancel.decode = function (reader, length, _end, _depth, _target) {
                if (!(reader instanceof $Reader))
                    reader = $Reader.create(reader);
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $Reader.recursionLimit)
                    throw $Error("max depth exceeded");
                let end, message, value;
                if (length === $undefined)
                    end = reader.len;
                else {
                    end = reader.pos + length;
                    if (end > reader.len)
                        throw $RangeError("index out of range");
                    length = reader.len;
                    reader.len = end;
                }
                message = _target || new $root.banyan.v1.Cancel();
                while (reader.pos < end) {
                    let start = reader.pos;
                    let tag = reader.tag();
                    if (tag === _end) {
                        _end = $undefined;
                        break;
                    }
                    let wireType = tag & 7;
                    switch (tag >>>= 3) {
                    case 1: {
                            if (wireType !== 0)
                                break;
                            if (value = reader.uint32())
                                message.targetRequestId = value;
                            else
                                delete message.targetRequestId;
                            continue;
                        }
                    }
                    reader.skipType(wireType, _depth, tag);
                    if (!reader.discardUnknown) {
                        $util.makeProp(message, "$unknowns", false);
                        (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                    }
                }
                if (length !== $undefined) {
                    if (reader.pos !== end)
                        throw $RangeError("index out of range");
                    reader.len = length;
                }
                if (_end !== $undefined)
                    throw $Error("missing end group");
                return message;
            };

            /**
             * Verifies a Cancel message.
             * @function verify
             * @memberof banyan.v1.Cancel
             * @static
             * @param {Object.<string,*>} message Plain object to verify
             * @returns {string|null} `null` if valid, otherwise the reason why it is not
             */
            Cancel.verify = function (message, _depth) {
                if (typeof message !== "object" || message === null)
                    return "object expected";
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    return "max depth exceeded";
                if (message.targetRequestId != null && $Object.hasOwnProperty.call(message, "targetRequestId"))
                    if (!$util.isInteger(message.targetRequestId))
                        return "targetRequestId: integer expected";
                return null;
            };

            return Cancel;
        })();

        v1.BadSource = (function() {

            /**
             * Properties of a BadSource.
             * @typedef {Object} banyan.v1.BadSource.$Properties
             * @property {string|null} [deviceId] BadSource deviceId
             * @property {Uint8Array|null} [root] BadSource root
             * @property {number|null} [length] BadSource length
             * @property {string|null} [code] BadSource code
             * @property {number|null} [chunk] BadSource chunk
             * @property {string|null} [message] BadSource message
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */

            /**
             * Properties of a BadSource.
             * @memberof banyan.v1
             * @interface IBadSource
             * @augments banyan.v1.BadSource.$Properties
             * @deprecated Use banyan.v1.BadSource.$Properties instead.
             */

            /**
             * Shape of a BadSource.
             * @typedef {banyan.v1.BadSource.$Properties} banyan.v1.BadSource.$Shape
             */

            /**
             * Constructs a new BadSource.
             * @memberof banyan.v1
             * @classdesc Represents a BadSource.
             * @constructor
             * @param {banyan.v1.BadSource.$Properties=} [properties] Properties to set
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */
            const BadSource = function (properties) {
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            /**
             * BadSource deviceId.
             * @member {string} deviceId
             * @memberof banyan.v1.BadSource
             * @instance
             */
            BadSource.prototype.deviceId = "";

            /**
             * BadSource root.
             * @member {Uint8Array} root
             * @memberof banyan.v1.BadSource
             * @instance
             */
            BadSource.prototype.root = $util.newBuffer([]);

            /**
             * BadSource length.
             * @member {number} length
             * @memberof banyan.v1.BadSource
             * @instance
             */
            BadSource.prototype.length = $util.Long ? $util.Long.fromBits(0,0,true) : 0;

            /**
             * BadSource code.
             * @member {string} code
             * @memberof banyan.v1.BadSource
             * @instance
             */
            BadSource.prototype.code = "";

            /**
             * BadSource chunk.
             * @member {number} chunk
             * @memberof banyan.v1.BadSource
             * @instance
             */
            BadSource.prototype.chunk = $util.Long ? $util.Long.fromBits(0,0,true) : 0;

            /**
             * BadSource message.
             * @member {string} message
             * @memberof banyan.v1.BadSource
             * @instance
             */
            BadSource.prototype.message = "";

            /**
             * Creates a new BadSource instance using the specified properties.
             * @function create
             * @memberof banyan.v1.BadSource
             * @static
             * @param {banyan.v1.BadSource.$Properties=} [properties] Properties to set
             * @returns {banyan.v1.BadSource} BadSource instance
             * @type {{
             *   (properties: banyan.v1.BadSource.$Shape): banyan.v1.BadSource & banyan.v1.BadSource.$Shape;
             *   (properties?: banyan.v1.BadSource.$Properties): banyan.v1.BadSource;
             * }}
             */
            BadSource.create = function(properties) {
                return new BadSource(properties);
            };

            /**
             * Encodes the specified BadSource message. Does not implicitly {@link banyan.v1.BadSource.verify|verify} messages.
             * @function encode
             * @memberof banyan.v1.BadSource
             * @static
             * @param {banyan.v1.BadSource.$Properties} message BadSource message or plain object to encode
             * @param {$protobuf.Writer} [writer] Writer to encode to
             * @returns {$protobuf.Writer} Writer
             */
            BadSource.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.deviceId != null && $Object.hasOwnProperty.call(message, "deviceId") && message.deviceId !== "")
                    writer.uint32(/* id 1, wireType 2 =*/10).string(message.deviceId);
                if (message.root != null && $Object.hasOwnProperty.call(message, "root") && message.root.length)
                    writer.uint32(/* id 2, wireType 2 =*/18).bytes(message.root);
                if (message.length != null && $Object.hasOwnProperty.call(message, "length") && (typeof message.length === "object" ? message.length.low || message.length.high : message.length !== 0))
                    writer.uint32(/* id 3, wireType 0 =*/24).uint64(message.length);
                if (message.code != null && $Object.hasOwnProperty.call(message, "code") && message.code !== "")
                    writer.uint32(/* id 4, wireType 2 =*/34).string(message.code);
                if (message.chunk != null && $Object.hasOwnProperty.call(message, "chunk") && (typeof message.chunk === "object" ? message.chunk.low || message.chunk.high : message.chunk !== 0))
                    writer.uint32(/* id 5, wireType 0 =*/40).uint64(message.chunk);
                if (message.message != null && $Object.hasOwnProperty.call(message, "message") && message.message !== "")
                    writer.uint32(/* id 6, wireType 2 =*/50).string(message.message);
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (let i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            /**
             * Decodes a BadSource message from the specified reader or buffer.
             * @function decode
             * @memberof banyan.v1.BadSource
             * @static
             * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
             * @param {number} [length] Message length if known beforehand
             * @returns {banyan.v1.BadSource & banyan.v1.BadSource.$Shape} BadSource
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            BadSource.decode = function (reader, length, _end, _depth, _target) {
                if (!(reader instanceof $Reader))
                    reader = $Reader.create(reader);
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $Reader.recursionLimit)
                    throw $Error("max depth exceeded");
                let end, message, value;
                if (length === $undefined)
                    end = reader.len;
                else {
                    end = reader.pos + length;
                    if (end > reader.len)
                        throw $RangeError("index out of range");
                    length = reader.len;
                    reader.len = end;
                }
                message = _target || new $root.banyan.v1.BadSource();
                while (reader.pos < end) {
                    let start = reader.pos;
                    let tag = reader.tag();
                    if (tag === _end) {
                        _end = $undefined;
                        break;
                    }
                    let wireType = tag & 7;
                    switch (tag >>>= 3) {
                    case 1: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.deviceId = value;
                            else
                                delete message.deviceId;
                            continue;
                        }
                    case 2: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.bytes()).length)
                                message.root = value;
                            else
                                delete message.root;
                            continue;
                        }
                    case 3: {
                            if (wireType !== 0)
                                break;
                            if (typeof (value = reader.uint64()) === "object" ? value.low || value.high : value !== 0)
                                message.length = value;
                            else
                                delete message.length;
                            continue;
                        }
                    case 4: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.code = value;
                            else
                                delete message.code;
                            continue;
                        }
                    case 5: {
                            if (wireType !== 0)
                                break;
                            if (typeof (value = reader.uint64()) === "object" ? value.low || value.high : value !== 0)
                                message.chunk = value;
                            else
                                delete message.chunk;
                            continue;
                        }
                    case 6: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.message = value;
                            else
                                delete message.message;
                            continue;
                        }
                    }
                    reader.skipType(wireType, _depth, tag);
                    if (!reader.discardUnknown) {
                        $util.makeProp(message, "$unknowns", false);
                        (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                    }
                }
                if (length !== $undefined) {
                    if (reader.pos !== end)
                        throw $RangeError("index out of range");
                    reader.len = length;
                }
                if (_end !== $undefined)
                    throw $Error("missing end group");
                return message;
            };

            /**
             * Verifies a BadSource message.
             * @function verify
             * @memberof banyan.v1.BadSource
             * @static
             * @param {Object.<string,*>} message Plain object to verify
             * @returns {string|null} `null` if valid, otherwise the reason why it is not
             */
            BadSource.verify = function (message, _depth) {
                if (typeof message !== "object" || message === null)
                    return "object expected";
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    return "max depth exceeded";
                if (message.deviceId != null && $Object.hasOwnProperty.call(message, "deviceId"))
                    if (!$util.isString(message.deviceId))
                        return "deviceId: string expected";
                if (message.root != null && $Object.hasOwnProperty.call(message, "root"))
                    if (!(message.root && typeof message.root.length === "number" || $util.isString(message.root)))
                        return "root: buffer expected";
                if (message.length != null && $Object.hasOwnProperty.call(message, "length"))
                    if (!$util.isInteger(message.length) && !(message.length && $util.isInteger(message.length.low) && $util.isInteger(message.length.high)))
                        return "length: integer|Long expected";
                if (message.code != null && $Object.hasOwnProperty.call(message, "code"))
                    if (!$util.isString(message.code))
                        return "code: string expected";
                if (message.chunk != null && $Object.hasOwnProperty.call(message, "chunk"))
                    if (!$util.isInteger(message.chunk) && !(message.chunk && $util.isInteger(message.chunk.low) && $util.isInteger(message.chunk.high)))
                        return "chunk: integer|Long expected";
                if (message.message != null && $Object.hasOwnProperty.call(message, "message"))
                    if (!$util.isString(message.message))
                        return "message: string expected";
                return null;
            };

            return BadSource;
        })();

        v1.LinkState = (function() {

            /**
             * Properties of a LinkState.
             * @typedef {Object} banyan.v1.LinkState.$Properties
             * @property {number|null} [leaves] LinkState leaves
             * @property {number|null} [records] LinkState records
             * @property {number|null} [contents] LinkState contents
             * @property {boolean|null} [draining] LinkState draining
             * @property {number|null} [membershipVersion] LinkState membershipVersion
             * @property {Array.<banyan.v1.TermCount.$Properties>|null} [heavyTerms] LinkState heavyTerms
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */

            /**
             * Properties of a LinkState.
             * @memberof banyan.v1
             * @interface ILinkState
             * @augments banyan.v1.LinkState.$Properties
             * @deprecated Use banyan.v1.LinkState.$Properties instead.
             */

            /**
             * Shape of a LinkState.
             * @typedef {banyan.v1.LinkState.$Properties} banyan.v1.LinkState.$Shape
             */

            /**
             * Constructs a new LinkState.
             * @memberof banyan.v1
             * @classdesc Represents a LinkState.
             * @constructor
             * @param {banyan.v1.LinkState.$Properties=} [properties] Properties to set
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */
            const LinkState = function (properties) {
                this.heavyTerms = [];
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            /**
             * LinkState leaves.
             * @member {number} leaves
             * @memberof banyan.v1.LinkState
             * @instance
             */
            LinkState.prototype.leaves = 0;

            /**
             * LinkState records.
             * @member {number} records
             * @memberof banyan.v1.LinkState
             * @instance
             */
            LinkState.prototype.records = $util.Long ? $util.Long.fromBits(0,0,true) : 0;

            /**
             * LinkState contents.
             * @member {number} contents
             * @memberof banyan.v1.LinkState
             * @instance
             */
            LinkState.prototype.contents = $util.Long ? $util.Long.fromBits(0,0,true) : 0;

            /**
             * LinkState draining.
             * @member {boolean} draining
             * @memberof banyan.v1.LinkState
             * @instance
             */
            LinkState.prototype.draining = false;

            /**
             * LinkState membershipVersion.
             * @member {number} membershipVersion
             * @memberof banyan.v1.LinkState
             * @instance
             */
            LinkState.prototype.membershipVersion = $util.Long ? $util.Long.fromBits(0,0,true) : 0;

            /**
             * LinkState heavyTerms.
             * @member {Array.<banyan.v1.TermCount.$Properties>} heavyTerms
             * @memberof banyan.v1.LinkState
             * @instance
             */
            LinkState.prototype.heavyTerms = $util.emptyArray;

            /**
             * Creates a new LinkState instance using the specified properties.
             * @function create
             * @memberof banyan.v1.LinkState
             * @static
             * @param {banyan.v1.LinkState.$Properties=} [properties] Properties to set
             * @returns {banyan.v1.LinkState} LinkState instance
             * @type {{
             *   (properties: banyan.v1.LinkState.$Shape): banyan.v1.LinkState & banyan.v1.LinkState.$Shape;
             *   (properties?: banyan.v1.LinkState.$Properties): banyan.v1.LinkState;
             * }}
             */
            LinkState.create = function(properties) {
                return new LinkState(properties);
            };

            /**
             * Encodes the specified LinkState message. Does not implicitly {@link banyan.v1.LinkState.verify|verify} messages.
             * @function encode
             * @memberof banyan.v1.LinkState
             * @static
             * @param {banyan.v1.LinkState.$Properties} message LinkState message or plain object to encode
             * @param {$protobuf.Writer} [writer] Writer to encode to
             * @returns {$protobuf.Writer} Writer
             */
            LinkState.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.leaves != null && $Object.hasOwnProperty.call(message, "leaves") && message.leaves !== 0)
                    writer.uint32(/* id 1, wireType 0 =*/8).uint32(message.leaves);
                if (message.records != null && $Object.hasOwnProperty.call(message, "records") && (typeof message.records === "object" ? message.records.low || message.records.high : message.records !== 0))
                    writer.uint32(/* id 2, wireType 0 =*/16).uint64(message.records);
                if (message.contents != null && $Object.hasOwnProperty.call(message, "contents") && (typeof message.contents === "object" ? message.contents.low || message.contents.high : message.contents !== 0))
                    writer.uint32(/* id 3, wireType 0 =*/24).uint64(message.contents);
                if (message.draining != null && $Object.hasOwnProperty.call(message, "draining") && message.draining !== false)
                    writer.uint32(/* id 4, wireType 0 =*/32).bool(message.draining);
                if (message.membershipVersion != null && $Object.hasOwnProperty.call(message, "membershipVersion") && (typeof message.membershipVersion === "object" ? message.membershipVersion.low || message.membershipVersion.high : message.membershipVersion !== 0))
                    writer.uint32(/* id 5, wireType 0 =*/40).uint64(message.membershipVersion);
                if (message.heavyTerms != null && message.heavyTerms.length)
                    for (let i = 0; i < message.heavyTerms.length; ++i)
                        $root.banyan.v1.TermCount.encode(message.heavyTerms[i], writer.uint32(/* id 6, wireType 2 =*/50).fork(), _depth + 1).ldelim();
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (let i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            /**
             * Decodes a LinkState message from the specified reader or buffer.
             * @function decode
             * @memberof banyan.v1.LinkState
             * @static
             * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
             * @param {number} [length] Message length if known beforehand
             * @returns {banyan.v1.LinkState & banyan.v1.LinkState.$Shape} LinkState
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            LinkState.decode = function (reader, length, _end, _depth, _target) {
                if (!(reader instanceof $Reader))
                    reader = $Reader.create(reader);
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $Reader.recursionLimit)
                    throw $Error("max depth exceeded");
                let end, message, value;
                if (length === $undefined)
                    end = reader.len;
                else {
                    end = reader.pos + length;
                    if (end > reader.len)
                        throw $RangeError("index out of range");
                    length = reader.len;
                    reader.len = end;
                }
                message = _target || new $root.banyan.v1.LinkState();
                while (reader.pos < end) {
                    let start = reader.pos;
                    let tag = reader.tag();
                    if (tag === _end) {
                        _end = $undefined;
                        break;
                    }
                    let wireType = tag & 7;
                    switch (tag >>>= 3) {
                    case 1: {
                            if (wireType !== 0)
                                break;
                            if (value = reader.uint32())
                                message.leaves = value;
                            else
                                delete message.leaves;
                            continue;
                        }
                    case 2: {
                            if (wireType !== 0)
                                break;
                            if (typeof (value = reader.uint64()) === "object" ? value.low || value.high : value !== 0)
                                message.records = value;
                            else
                                delete message.records;
                            continue;
                        }
                    case 3: {
                            if (wireType !== 0)
                                break;
                            if (typeof (value = reader.uint64()) === "object" ? value.low || value.high : value !== 0)
                                message.contents = value;
                            else
                                delete message.contents;
                            continue;
                        }
                    case 4: {
                            if (wireType !== 0)
                                break;
                            if (value = reader.bool())
                                message.draining = value;
                            else
                                delete message.draining;
                            continue;
                        }
                    case 5: {
                            if (wireType !== 0)
                                break;
                            if (typeof (value = reader.uint64()) === "object" ? value.low || value.high : value !== 0)
                                message.membershipVersion = value;
                            else
                                delete message.membershipVersion;
                            continue;
                        }
                    case 6: {
                            if (wireType !== 2)
                                break;
                            if (!(message.heavyTerms && message.heavyTerms.length))
                                message.heavyTerms = [];
                            message.heavyTerms.push($root.banyan.v1.TermCount.decode(reader, reader.size(), $undefined, _depth + 1));
                            continue;
                        }
                    }
                    reader.skipType(wireType, _depth, tag);
                    if (!reader.discardUnknown) {
                        $util.makeProp(message, "$unknowns", false);
                        (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                    }
                }
                if (length !== $undefined) {
                    if (reader.pos !== end)
                        throw $RangeError("index out of range");
                    reader.len = length;
                }
                if (_end !== $undefined)
                    throw $Error("missing end group");
                return message;
            };

            /**
             * Verifies a LinkState message.
             * @function verify
             * @memberof banyan.v1.LinkState
             * @static
             * @param {Object.<string,*>} message Plain object to verify
             * @returns {string|null} `null` if valid, otherwise the reason why it is not
             */
            LinkState.verify = function (message, _depth) {
                if (typeof message !== "object" || message === null)
                    return "object expected";
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    return "max depth exceeded";
                if (message.leaves != null && $Object.hasOwnProperty.call(message, "leaves"))
                    if (!$util.isInteger(message.leaves))
                        return "leaves: integer expected";
                if (message.records != null && $Object.hasOwnProperty.call(message, "records"))
                    if (!$util.isInteger(message.records) && !(message.records && $util.isInteger(message.records.low) && $util.isInteger(message.records.high)))
                        return "records: integer|Long expected";
                if (message.contents != null && $Object.hasOwnProperty.call(message, "contents"))
                    if (!$util.isInteger(message.contents) && !(message.contents && $util.isInteger(message.contents.low) && $util.isInteger(message.contents.high)))
                        return "contents: integer|Long expected";
                if (message.draining != null && $Object.hasOwnProperty.call(message, "draining"))
                    if (typeof message.draining !== "boolean")
                        return "draining: boolean expected";
                if (message.membershipVersion != null && $Object.hasOwnProperty.call(message, "membershipVersion"))
                    if (!$util.isInteger(message.membershipVersion) && !(message.membershipVersion && $util.isInteger(message.membershipVersion.low) && $util.isInteger(message.membershipVersion.high)))
                        return "membershipVersion: integer|Long expected";
                if (message.heavyTerms != null && $Object.hasOwnProperty.call(message, "heavyTerms")) {
                    if (!$Array.isArray(message.heavyTerms))
                        return "heavyTerms: array expected";
                    for (let i = 0; i < message.heavyTerms.length; ++i) {
                        let error = $root.banyan.v1.TermCount.verify(message.heavyTerms[i], _depth + 1);
                        if (error)
                            return "heavyTerms." + error;
                    }
                }
                return null;
            };

            return LinkState;
        })();

        v1.TermCount = (function() {

            /**
             * Properties of a TermCount.
             * @typedef {Object} banyan.v1.TermCount.$Properties
             * @property {string|null} [term] TermCount term
             * @property {number|null} [count] TermCount count
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */

            /**
             * Properties of a TermCount.
             * @memberof banyan.v1
             * @interface ITermCount
             * @augments banyan.v1.TermCount.$Properties
             * @deprecated Use banyan.v1.TermCount.$Properties instead.
             */

            /**
             * Shape of a TermCount.
             * @typedef {banyan.v1.TermCount.$Properties} banyan.v1.TermCount.$Shape
             */

            /**
             * Constructs a new TermCount.
             * @memberof banyan.v1
             * @classdesc Represents a TermCount.
             * @constructor
             * @param {banyan.v1.TermCount.$Properties=} [properties] Properties to set
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */
            const TermCount = function (properties) {
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            /**
             * TermCount term.
             * @member {string} term
             * @memberof banyan.v1.TermCount
             * @instance
             */
            TermCount.prototype.term = "";

            /**
             * TermCount count.
             * @member {number} count
             * @memberof banyan.v1.TermCount
             * @instance
             */
            TermCount.prototype.count = $util.Long ? $util.Long.fromBits(0,0,true) : 0;

            /**
             * Creates a new TermCount instance using the specified properties.
             * @function create
             * @memberof banyan.v1.TermCount
             * @static
             * @param {banyan.v1.TermCount.$Properties=} [properties] Properties to set
             * @returns {banyan.v1.TermCount} TermCount instance
             * @type {{
             *   (properties: banyan.v1.TermCount.$Shape): banyan.v1.TermCount & banyan.v1.TermCount.$Shape;
             *   (properties?: banyan.v1.TermCount.$Properties): banyan.v1.TermCount;
             * }}
             */
            TermCount.create = function(properties) {
                return new TermCount(properties);
            };

            /**
             * Encodes the specified TermCount message. Does not implicitly {@link banyan.v1.TermCount.verify|verify} messages.
             * @function encode
             * @memberof banyan.v1.TermCount
             * @static
             * @param {banyan.v1.TermCount.$Properties} message TermCount message or plain object to encode
             * @param {$protobuf.Writer} [writer] Writer to encode to
             * @returns {$protobuf.Writer} Writer
             */
            TermCount.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.term != null && $Object.hasOwnProperty.call(message, "term") && message.term !== "")
                    writer.uint32(/* id 1, wireType 2 =*/10).string(message.term);
                if (message.count != null && $Object.hasOwnProperty.call(message, "count") && (typeof message.count === "object" ? message.count.low || message.count.high : message.count !== 0))
                    writer.uint32(/* id 2, wireType 0 =*/16).uint64(message.count);
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (let i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            /**
             * Decodes a TermCount message from the specified reader or buffer.
             * @function decode
             * @memberof banyan.v1.TermCount
             * @static
             * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
             * @param {number} [length] Message length if known beforehand
             * @returns {banyan.v1.TermCount & banyan.v1.TermCount.$Shape} TermCount
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            TermCount.decode = function (reader, length, _end, _depth, _target) {
                if (!(reader instanceof $Reader))
                    reader = $Reader.create(reader);
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $Reader.recursionLimit)
                    throw $Error("max depth exceeded");
                let end, message, value;
                if (length === $undefined)
                    end = reader.len;
                else {
                    end = reader.pos + length;
                    if (end > reader.len)
                        throw $RangeError("index out of range");
                    length = reader.len;
                    reader.len = end;
                }
                message = _target || new $root.banyan.v1.TermCount();
                while (reader.pos < end) {
                    let start = reader.pos;
                    let tag = reader.tag();
                    if (tag === _end) {
                        _end = $undefined;
                        break;
                    }
                    let wireType = tag & 7;
                    switch (tag >>>= 3) {
                    case 1: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.term = value;
                            else
                                delete message.term;
                            continue;
                        }
                    case 2: {
                            if (wireType !== 0)
                                break;
                            if (typeof (value = reader.uint64()) === "object" ? value.low || value.high : value !== 0)
                                message.count = value;
                            else
                                delete message.count;
                            continue;
                        }
                    }
                    reader.skipType(wireType, _depth, tag);
                    if (!reader.discardUnknown) {
                        $util.makeProp(message, "$unknowns", false);
                        (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                    }
                }
                if (length !== $undefined) {
                    if (reader.pos !== end)
                        throw $RangeError("index out of range");
                    reader.len = length;
                }
                if (_end !== $undefined)
                    throw $Error("missing end group");
                return message;
            };

            /**
             * Verifies a TermCount message.
             * @function verify
             * @memberof banyan.v1.TermCount
             * @static
             * @param {Object.<string,*>} message Plain object to verify
             * @returns {string|null} `null` if valid, otherwise the reason why it is not
             */
            TermCount.verify = function (message, _depth) {
                if (typeof message !== "object" || message === null)
                    return "object expected";
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    return "max depth exceeded";
                if (message.term != null && $Object.hasOwnProperty.call(message, "term"))
                    if (!$util.isString(message.term))
                        return "term: string expected";
                if (message.count != null && $Object.hasOwnProperty.call(message, "count"))
                    if (!$util.isInteger(message.count) && !(message.count && $util.isInteger(message.count.low) && $util.isInteger(message.count.high)))
                        return "count: integer|Long expected";
                return null;
            };

            return TermCount;
        })();

        return v1;
    })();

    return banyan;
})();

export {
  $root as default
};
